import { describe, expect, test } from "vitest"
import { editMetadata, readMetadata } from "@darkslide/metadata"
import { editExif, emptyExif } from "../../src/edit/edit-exif.ts"
import { exifChanges } from "../../src/edit/exif-changes.ts"
import { checkChanges, type MetadataChanges } from "../../src/edit/changes.ts"
import { decodeExif } from "../../src/exif/decode.ts"
import { defaultLimits } from "../../src/limits.ts"
import { walkDirectories } from "../../src/walk/directories.ts"
import { exifBlock } from "../fixtures/exif-block.ts"
import { exifSegment, jpegFile } from "../fixtures/files.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"
import { holds } from "../scrub/fixtures/bytes.ts"

const changesOf = (changes: MetadataChanges): ReturnType<typeof exifChanges> => exifChanges(checkChanges(changes))
const edit = (block: Uint8Array, changes: MetadataChanges): Uint8Array =>
  editExif(block, changesOf(changes), defaultLimits)
const tagsOf = (block: Uint8Array): unknown => decodeExif(block, defaultLimits)?.exif

describe.each([false, true])("editExif() of a block, little-endian %s", (littleEndian) => {
  const block = exifBlock({ ...sampleExif, littleEndian })

  test("leaves every other tag, and the maker note where it stands", () => {
    const edited = edit(block, {
      artists: ["Zoë with a name that is longer"],
      location: { latitude: -1.5, longitude: 200 - 360 },
    })
    const { image, photo, gps, ...rest } = decodeExif(edited, defaultLimits)?.exif ?? {}
    const before = decodeExif(block, defaultLimits)?.exif ?? {}
    expect(image).toEqual({ ...before.image, Artist: "Zoë with a name that is longer" })
    expect(photo).toEqual(before.photo)
    expect(rest).toEqual({ thumbnail: before.thumbnail })
    expect(gps).toMatchObject({
      GPSLatitudeRef: "S",
      GPSLatitude: [1, 30, 0],
      GPSLongitudeRef: "W",
      GPSMapDatum: "WGS-84",
    })
    expect(gps).not.toHaveProperty("GPSAltitude")
    const note = (of: Uint8Array): number | undefined =>
      walkDirectories(of, defaultLimits)
        ?.directories.flatMap(({ entries }) => entries)
        .find(({ tag }) => tag === 0x927c)?.valueOffset
    expect(note(edited)).toBe(note(block))
  })

  test("writes a value that fits in its old place, and leaves nothing of the old one", () => {
    const edited = edit(block, { artists: ["Z"], copyright: "©" })
    expect(edited.length).toBe(block.length)
    expect(holds(edited, "Ada")).toBe(false)
  })

  test("leaves nothing of a place that is removed, and grows no more when it is set again", () => {
    const without = edit(block, { location: null })
    expect(tagsOf(without)).not.toHaveProperty("gps")
    expect(holds(without, "2024:05:06\0")).toBe(false)
    expect(without.length).toBe(block.length)
  })

  test("makes a directory that is missing", () => {
    const bare = exifBlock({ image: { 0x010f: { ascii: "Kodiak" } }, littleEndian })
    expect(tagsOf(edit(bare, { taken: { local: "2020-02-29T23:59:58.5", offset: "-09:30" } }))).toEqual({
      image: { Make: "Kodiak" },
      photo: {
        ExifVersion: "0232",
        DateTimeOriginal: "2020:02:29 23:59:58",
        OffsetTimeOriginal: "-09:30",
        SubSecTimeOriginal: "5",
      },
    })
  })

  test("leaves a directory to the value that reaches into it", () => {
    // The maker note claims six bytes more than it has, which are of the directory behind it.
    const overlapping = block.slice()
    const view = new DataView(overlapping.buffer)
    const { directories = [] } = walkDirectories(block, defaultLimits) ?? {}
    const gps = directories.find(({ name }) => name === "gps")?.offset ?? 0
    const note = directories.flatMap(({ entries }) => entries).find(({ tag }) => tag === 0x927c)
    const end = gps + 6 - (note?.valueOffset ?? 0)
    view.setUint32((note?.offset ?? 0) + 4, end, littleEndian)
    const edited = edit(overlapping, { location: { latitude: 1, longitude: 2 } })
    expect(tagsOf(edited)).toMatchObject({ photo: { MakerNote: { bytes: end } }, gps: { GPSLatitude: [1, 0, 0] } })
    const noteOf = (of: Uint8Array): Uint8Array => of.slice(note?.valueOffset, gps + 6)
    expect(noteOf(edited)).toEqual(noteOf(overlapping))
    expect(edit(edited, { location: { latitude: 1, longitude: 2 } })).toBe(edited)
  })

  test("gives the very block back when it says so already", () => {
    expect(edit(block, { artists: ["Ada", "Bo"], orientation: 6 })).toBe(block)
    expect(edit(block, { title: null, keywords: null })).toBe(block)
  })

  test("begins a block where there is none", () => {
    expect(tagsOf(edit(emptyExif(), { copyright: "Ann" }))).toEqual({ image: { Copyright: "Ann" } })
  })

  test("follows in the fields of Windows, and in the thumbnail's directory", () => {
    const wide = { byte: [...new Uint8Array(new Uint16Array([0x41, 0x42, 0]).buffer)] }
    const windows = exifBlock({
      image: { 0x4746: { short: [1] }, 0x9c9b: wide, 0x9c9d: wide, 0x9c9e: wide },
      thumbnail: { 0x013b: { ascii: "Old name" }, 0x0112: { short: [3] } },
      littleEndian,
    })
    const edited = edit(windows, { title: "Ü", artists: ["Bo", "Cy"], keywords: ["a", "b"], rating: 4, orientation: 1 })
    expect(tagsOf(edited)).toEqual({
      image: { Artist: "Bo; Cy", Orientation: 1, Rating: 4, XPTitle: "Ü", XPAuthor: "Bo; Cy", XPKeywords: "a;b" },
      thumbnail: { Artist: "Bo; Cy", Orientation: 3 },
    })
  })
})

describe("editMetadata() of broken EXIF", () => {
  const block = exifBlock(sampleExif)
  const with16 = (at: number, value: number): Uint8Array => {
    const bytes = block.slice()
    new DataView(bytes.buffer).setUint16(at, value)
    return bytes
  }
  test.each([
    ["a header of something else", with16(0, 0)],
    ["a directory that is cut", with16(8, 900)],
    ["no directory", block.slice(0, 8)],
  ])("refuses %s", async (_, bytes) => {
    const file = jpegFile(40, 30, exifSegment(bytes))
    const before = file.slice()
    await expect(editMetadata(file, { artists: ["Bo"] })).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
    expect(file).toEqual(before)
  })

  test("refuses a value that would begin to reach into what is appended", async () => {
    const view = new DataView(block.slice().buffer)
    // The second entry: Model, at a place just before the end.
    view.setUint32(10 + 12 + 8, block.length - 2)
    const file = jpegFile(40, 30, exifSegment(new Uint8Array(view.buffer)))
    await expect(editMetadata(file, { artists: ["A name that is longer"] })).rejects.toMatchObject({
      code: "METADATA_MALFORMED",
    })
  })

  test("refuses a block that would be longer than a segment", async () => {
    const photo = { 0x927c: { undefined: new Uint8Array(65_000) } }
    const file = jpegFile(40, 30, exifSegment(exifBlock({ image: { 0x010f: { ascii: "K" } }, photo })))
    await expect(editMetadata(file, { copyright: "c".repeat(900) })).rejects.toMatchObject({
      code: "METADATA_LIMIT_EXCEEDED",
    })
    expect((await readMetadata((await editMetadata(file, { copyright: "c" })).bytes)).description?.copyright).toBe("c")
  })
})
