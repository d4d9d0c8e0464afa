import { editMetadata, MetadataError, readMetadata, type MetadataChanges } from "@darkslide/metadata"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { exifBlock } from "../fixtures/exif-block.ts"
import { exifSegment, jpegFile, pngChunk, pngFile, webpChunk, webpFile, xmpSegment } from "../fixtures/files.ts"
import { samplePacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"

const packet = new TextEncoder().encode(samplePacket)
const xmpHead = new TextEncoder().encode("XML:com.adobe.xmp\0\0\0\0\0")
const files = (["jpeg", "png", "webp"] as const).flatMap((format) =>
  [exifBlock(sampleExif), exifBlock({ ...sampleExif, littleEndian: true }), undefined].map((block) => {
    const exif = (wrap: (bytes: Uint8Array) => Uint8Array): Uint8Array[] => (block === undefined ? [] : [wrap(block)])
    if (format === "jpeg") return jpegFile(40, 30, ...exif(exifSegment), xmpSegment(samplePacket))
    if (format === "png")
      return pngFile(40, 30, ...exif((bytes) => pngChunk("eXIf", bytes)), pngChunk("iTXt", xmpHead, packet))
    return webpFile(40, 30, ...exif((bytes) => webpChunk("EXIF", bytes)), webpChunk("XMP", packet))
  }),
)

const text = fc.string({ unit: "binary", minLength: 1, maxLength: 60 }).filter((value) => {
  // What no text may hold is refused; the rest comes back trimmed.
  // oxlint-disable-next-line no-control-regex
  return value.trim() !== "" && !/[\u0000-\u001f\ud800-\udfff\ufffe\uffff;]/u.test(value)
})
const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null | undefined> =>
  fc.oneof(value, fc.constant(null), fc.constant(undefined))
const changes: fc.Arbitrary<MetadataChanges> = fc.record({
  title: maybe(text),
  description: maybe(text),
  artists: maybe(fc.array(text, { minLength: 1, maxLength: 3 })),
  copyright: maybe(text),
  keywords: maybe(fc.array(text, { minLength: 1, maxLength: 4 })),
  rating: maybe(fc.integer({ min: 0, max: 5 })),
  taken: maybe(
    fc
      // 1970-01-01 is what programs write when they know none, so it is read as none.
      .date({ min: new Date("1971-01-01T00:00:00Z"), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true })
      .map((date) => ({ local: date.toISOString().slice(0, 19), offset: "+02:00" })),
  ),
  location: maybe(fc.record({ latitude: number(-90, 90), longitude: number(-180, 180) })),
  orientation: maybe(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8)),
})
const file = fc.constantFrom(...files)

describe("editMetadata()", () => {
  test("says afterwards what was asked for, and changes nothing when asked again", async () => {
    await fc.assert(
      fc.asyncProperty(file, changes, async (source, wanted) => {
        const { bytes } = await editMetadata(source, wanted)
        const again = await editMetadata(bytes, wanted)
        expect(again.written).toEqual([])
        expect(again.bytes).toEqual(bytes)
        const { description, location, dates, orientation, issues } = await readMetadata(bytes)
        expect(issues).toEqual([])
        const trimmed = (value: string | null | undefined): string | undefined => value?.trim()
        if (wanted.title !== undefined) expect(description?.title).toBe(trimmed(wanted.title))
        if (wanted.copyright !== undefined) expect(description?.copyright).toBe(trimmed(wanted.copyright))
        if (wanted.keywords !== undefined)
          expect(description?.keywords).toEqual(wanted.keywords?.map((word) => word.trim()))
        if (wanted.rating !== undefined) expect(description?.rating).toBe(wanted.rating ?? undefined)
        if (wanted.taken !== undefined) expect(dates.taken?.local).toBe(wanted.taken?.local)
        if (wanted.orientation !== undefined) expect(orientation).toBe(wanted.orientation ?? 1)
        if (wanted.location === null) expect(location).toBeUndefined()
        if (wanted.location) expect(location?.latitude).toBeCloseTo(wanted.location.latitude, 8)
      }),
      { numRuns: 150 },
    )
  })

  test("set and removed again, leaves every other tag as it was", async () => {
    const source = files[0] ?? new Uint8Array()
    await fc.assert(
      fc.asyncProperty(changes, async (wanted) => {
        const nothing = Object.fromEntries(Object.keys(wanted).map((field) => [field, null])) as MetadataChanges
        const { bytes } = await editMetadata(source, wanted)
        const removed = await readMetadata((await editMetadata(bytes, nothing)).bytes)
        const direct = await readMetadata((await editMetadata(source, nothing)).bytes)
        const untold = { bytesRead: 0, issues: [] }
        expect({ ...removed, ...untold }).toEqual({ ...direct, ...untold })
      }),
      { numRuns: 80 },
    )
  })

  test("throws nothing but MetadataError for damaged bytes, and leaves the input alone", async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(file, damage, fc.nat(), async (source, edits, cut) => {
        const bytes = source.slice(0, cut % 3 === 0 ? cut % source.length : source.length)
        for (const [at, value] of edits) if (bytes.length > 0) bytes[at % bytes.length] = value
        const before = bytes.slice()
        try {
          await editMetadata(bytes, { artists: ["Ada"], title: "T", location: { latitude: 1, longitude: 2 } })
        } catch (error) {
          expect(error).toBeInstanceOf(MetadataError)
        }
        expect(bytes).toEqual(before)
      }),
      { numRuns: 400 },
    )
  })
})
