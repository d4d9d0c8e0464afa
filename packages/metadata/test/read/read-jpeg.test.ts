import { readMetadata } from "@darkslide/metadata"
import { describe, expect, test } from "vitest"
import { ascii, concatBytes } from "../../src/bytes.ts"
import { exifBlock } from "../fixtures/exif-block.ts"
import { box, exifSegment, jpegFile, jpegSegment, u16, u32, xmpSegment } from "../fixtures/files.ts"
import { samplePacket, xmpPacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"

describe("readMetadata() of a JPEG", () => {
  test.each([false, true])("reads EXIF, little endian: %s", async (littleEndian) => {
    const read = await readMetadata(jpegFile(40, 30, exifSegment(exifBlock({ ...sampleExif, littleEndian }))))
    expect(read).toMatchObject({ format: "jpeg", mediaType: "image/jpeg", width: 40, height: 30, bitDepth: 8 })
    expect(read.orientation).toBe(6)
    expect(read.camera).toEqual({ make: "Kodiak", model: "K-7 Ölpaint", lensModel: "50mm f/1.8" })
    expect(read.exposure).toEqual({
      timeSeconds: 1 / 125,
      fNumber: 2.8,
      iso: 400,
      focalLengthMm: 50,
      compensationEv: -1 / 3,
      flashFired: true,
    })
    expect(read.dates).toEqual({
      taken: { local: "2024-05-06T07:08:09.250", offset: "+02:00", source: "exif:DateTimeOriginal" },
      digitized: { local: "2024-05-06T07:08:10", source: "exif:CreateDate" },
      modified: { local: "2024-05-07T10:00:00", source: "exif:ModifyDate" },
    })
    expect(read.description).toMatchObject({ artists: ["Ada", "Bo"], copyright: "© Ada", software: "Firmware 1.2" })
    expect(read.hidden).toEqual({ thumbnailBytes: 5, makerNoteBytes: 300 })
    expect(read.issues).toEqual([])
  })

  test("reads a place with its precision, altitude, direction and time", async () => {
    const { location } = await readMetadata(jpegFile(4, 3, exifSegment(exifBlock(sampleExif))))
    expect(location).toMatchObject({
      altitudeMeters: -35,
      directionDegrees: 90,
      directionFrom: "true north",
      datum: "WGS-84",
      time: { local: "2024-05-06T05:08:09", offset: "Z", source: "exif:GPSDateStamp" },
      source: "exif",
    })
    expect(location?.latitude).toBeCloseTo(48.858222, 5)
    expect(location?.longitude).toBeCloseTo(-2.2945, 5)
    expect(location?.precisionDegrees).toBeCloseTo(1 / 100 / 3600, 9)
  })

  test("shows the first of two EXIF segments and says so", async () => {
    const second = exifSegment(exifBlock({ image: { 0x010f: { ascii: "Other" } } }))
    const read = await readMetadata(jpegFile(4, 3, exifSegment(exifBlock(sampleExif)), second))
    expect(read.camera?.make).toBe("Kodiak")
    expect(read.issues).toEqual([{ code: "conflict", where: "exif" }])
  })

  test("joins an EXIF block that was too long for one segment", async () => {
    const block = exifBlock({ image: { 0x010f: { ascii: "Kodiak" }, 0x0131: { ascii: "x".repeat(90_000) } } })
    const read = await readMetadata(
      jpegFile(4, 3, exifSegment(block.subarray(0, 65_000)), exifSegment(block.subarray(65_000))),
    )
    expect(read.description?.software).toHaveLength(90_000)
  })

  test("reads EXIF behind the frame header and between scans", async () => {
    const file = jpegFile(4, 3)
    const block = exifSegment(exifBlock(sampleExif))
    const late = concatBytes([file.subarray(0, file.length - 2), block, file.subarray(file.length - 2)])
    expect((await readMetadata(late)).camera?.make).toBe("Kodiak")
  })

  test("reads XMP with entities, languages and lists; extended XMP in any order", async () => {
    const more = new TextEncoder().encode(xmpPacket("<dc:rights>late</dc:rights>"))
    const piece = (from: number, to: number): Uint8Array =>
      jpegSegment(
        0xe1,
        ascii(`http://ns.adobe.com/xmp/extension/\0${"A".repeat(32)}`),
        u32(more.length),
        u32(from),
        more.subarray(from, to),
      )
    const read = await readMetadata(jpegFile(4, 3, xmpSegment(samplePacket), piece(50, more.length), piece(0, 50)))
    expect(read.xmp).toMatchObject({
      "dc:title": [
        { text: "Fish & ships", language: "x-default" },
        { text: "Fisch", language: "de" },
      ],
      "dc:rights": [{ text: "late" }],
      "xmp:CreatorTool": [{ text: "Dark Room" }],
    })
    expect(read.description).toEqual({
      title: "Fish & ships",
      artists: ["Ada", "Bo"],
      copyright: "late",
      software: "Dark Room",
      keywords: ["sea", "sea"],
      rating: 4,
    })
  })

  test("reads IPTC of split resources as UTF-8, and comments", async () => {
    const words = new TextEncoder().encode("Fjörd")
    const data = concatBytes([
      Uint8Array.of(0x1c, 1, 90, 0, 3, 0x1b, 0x25, 0x47, 0x1c, 2, 25),
      u16(words.length),
      words,
      Uint8Array.of(0x1c, 2, 55, 0, 8),
      ascii("20240506"),
    ])
    const resource = concatBytes([ascii("8BIM\u0004\u0004\0\0"), u32(data.length), data])
    const segments = [resource.subarray(0, 20), resource.subarray(20)].map((part) =>
      jpegSegment(0xed, ascii("Photoshop 3.0\0"), part),
    )
    const read = await readMetadata(jpegFile(4, 3, ...segments, jpegSegment(0xfe, ascii("a note\0"))))
    expect(read.iptc).toEqual({ Keywords: ["Fjörd"], DateCreated: ["20240506"] })
    expect(read.dates.taken).toEqual({ local: "2024-05-06", source: "iptc:DateCreated" })
    expect(read.comments).toEqual(["a note"])
  })

  test("joins an ICC profile from pieces out of order", async () => {
    const profile = new Uint8Array(200)
    profile.set(ascii("mntrRGB "), 12)
    profile.set(ascii("acsp"), 36)
    profile.set([2, 0x40], 8)
    profile.set(concatBytes([u32(1), ascii("desc"), u32(144), u32(30)]), 128)
    profile.set(concatBytes([ascii("desc"), u32(0), u32(6), ascii("My RGB")]), 144)
    const piece = (number: number, from: number, to: number): Uint8Array =>
      jpegSegment(0xe2, ascii("ICC_PROFILE\0"), Uint8Array.of(number, 2), profile.subarray(from, to))
    const read = await readMetadata(jpegFile(4, 3, piece(2, 100, 200), piece(1, 0, 100)))
    expect(read.icc).toEqual({
      bytes: 200,
      version: "2.4",
      deviceClass: "mntr",
      colorSpace: "RGB",
      description: "My RGB",
    })
  })

  test("finds what is behind the picture: a trailer, a clip, private blocks, C2PA", async () => {
    const clip = concatBytes([box("ftyp", ascii("isom"), u32(0)), box("mdat", new Uint8Array(50))])
    const file = jpegFile(
      4,
      3,
      jpegSegment(0xeb, ascii("JP\0\u0001\0\0\0\u0001\0\0\0\u0040jumb\0\0\0\u0020jumdc2pa")),
      jpegSegment(0xe5, ascii("RMETA\0")),
    )
    const { hidden } = await readMetadata(concatBytes([file, ascii("junk"), clip]))
    expect(hidden).toEqual({
      c2pa: true,
      applicationBlocks: 1,
      trailerBytes: 4 + clip.length,
      motionPhoto: { bytes: clip.length },
    })
  })

  test("reads a motion photo's mark from XMP", async () => {
    const mark =
      ' xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MicroVideo="1" GCamera:MicroVideoOffset="77"'
    const read = await readMetadata(jpegFile(4, 3, xmpSegment(xmpPacket("", mark))))
    expect(read.hidden.motionPhoto).toEqual({ bytes: 77 })
  })

  test("does not look behind the picture's head when nothing hidden is asked for, but for its height", async () => {
    const cut = jpegFile(40, 30, exifSegment(exifBlock(sampleExif))).subarray(0, -2)
    expect((await readMetadata(cut)).issues).toEqual([{ code: "truncated", where: "EOI" }])
    expect(await readMetadata(cut, { only: ["exif"] })).toMatchObject({ width: 40, height: 30, issues: [] })
    const counted = concatBytes([
      jpegFile(40, 0).subarray(0, -2),
      jpegSegment(0xdc, u16(30)),
      Uint8Array.of(0xff, 0xd9),
    ])
    expect(await readMetadata(counted, { only: [] })).toMatchObject({ width: 40, height: 30 })
  })

  test("gives what stands before the end of a cut file", async () => {
    const file = jpegFile(40, 30, exifSegment(exifBlock(sampleExif)))
    const read = await readMetadata(file.subarray(0, file.length - 4))
    expect(read).toMatchObject({ width: 40, camera: { make: "Kodiak" } })
    expect(read.issues).toEqual([{ code: "truncated", where: "EOI" }])
  })

  test("leaves out entries that point outside, repeat or lead in a circle, and says so", async () => {
    const block = exifBlock({
      image: { 0x010f: { ascii: "Kodiak" }, 0x0110: { ascii: "far away" }, 0x0132: { ascii: "2024" } },
    })
    const view = new DataView(block.buffer)
    view.setUint32(10 + 12 + 8, 0xffff_0000)
    view.setUint32(10 + 3 * 12, 8) // the next directory is this one
    const read = await readMetadata(jpegFile(4, 3, exifSegment(block)))
    expect(read.camera).toEqual({ make: "Kodiak" })
    expect(read.issues).toEqual([
      { code: "bad-entry", where: "exif/image/0x0110" },
      { code: "bad-entry", where: "exif/thumbnail" },
    ])
  })
})
