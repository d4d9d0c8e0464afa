import { describe, expect, test } from "vitest"
import { seededRandom } from "../../../../tools/soak/seeded-random.ts"
import { mutateNumbers } from "../../soak/mutate.ts"
import { checkChanges, type MetadataChanges } from "../../src/edit/changes.ts"
import { editExif } from "../../src/edit/edit-exif.ts"
import { exifChanges } from "../../src/edit/exif-changes.ts"
import { MetadataError } from "../../src/errors.ts"
import { decodeExif, type ExifValue } from "../../src/exif/decode.ts"
import { defaultLimits } from "../../src/limits.ts"
import { exifBlock } from "../fixtures/exif-block.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"

const meant =
  /Artist|DateTimeOriginal|OffsetTimeOriginal|SubSecTimeOriginal|GPS(?:Latitude|Longitude|Altitude|MapDatum)/u
/** What a new directory begins with. */
const begun = /^(?:photo\/ExifVersion|gps\/GPSVersionID)$/u

function otherTags(block: Uint8Array, without?: string): ReadonlyMap<string, ExifValue> {
  const directories = Object.entries(decodeExif(block, defaultLimits)?.exif ?? {})
  return new Map(
    directories
      .filter(([directory]) => directory !== without)
      .flatMap(([directory, tags]) =>
        Object.entries(tags).map(([name, value]) => [`${directory}/${name}`, value] as const),
      )
      .filter(([name]) => !meant.test(name) && !begun.test(name)),
  )
}

const place = { latitude: 1.5, longitude: -2.5, altitudeMeters: 3 }
const set: MetadataChanges = {
  artists: ["A name that is longer"],
  taken: { local: "2021-03-04T05:06:07" },
  location: place,
}
const removed: MetadataChanges = { artists: null, taken: null, location: null }

describe.each([
  ["set", set, undefined],
  ["removed", removed, "gps"],
] as const)("editExif() of damaged blocks, with tags %s", (_, wanted, gone) => {
  test("either refuses, or loses and adds nothing else, and has no more to do", () => {
    const random = seededRandom(11)
    const changes = exifChanges(checkChanges(wanted))
    const blocks = [exifBlock(sampleExif), exifBlock({ ...sampleExif, littleEndian: true })]
    let edited = 0
    for (let run = 0; run < 3000; run++) {
      const block = mutateNumbers(blocks[run % 2] ?? new Uint8Array(), random)
      let result: Uint8Array
      try {
        result = editExif(block, changes, defaultLimits)
      } catch (error) {
        expect(error).toBeInstanceOf(MetadataError)
        continue
      }
      edited++
      expect(otherTags(result, gone)).toEqual(otherTags(block, gone))
      expect(editExif(result, changes, defaultLimits)).toBe(result)
    }
    expect(edited).toBeGreaterThan(1000)
  })
})
