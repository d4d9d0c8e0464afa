import { deflateSync } from "node:zlib"
import sharp from "sharp"
import { describe, expect, test } from "vitest"
import { createEditor, editMetadata, jpegEditor, readMetadata, type MetadataChanges } from "@darkslide/metadata"
import { exifBlock } from "../fixtures/exif-block.ts"
import { exifSegment, jpegFile, pngChunk, webpChunk, xmpSegment } from "../fixtures/files.ts"
import { samplePacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"
import { join } from "../scrub/fixtures/bytes.ts"
import { pixels, plainGif, plainJpeg, plainPng, plainWebp } from "../scrub/fixtures/pictures.ts"

const everything: MetadataChanges = {
  title: "A title: <&>",
  description: "First line\nsecond, ünïcode 太",
  artists: ["Zoë", "Bo"],
  copyright: "© Zoë",
  software: "Darkslide",
  keywords: ["sea", "sky", "sea"],
  rating: 3,
  taken: { local: "2021-03-04T05:06:07.125", offset: "+05:30" },
  location: { latitude: 48.858222, longitude: -2.2945, altitudeMeters: -3.25 },
  orientation: 8,
}
const pictures = [
  ["jpeg", plainJpeg],
  ["png", plainPng],
  ["webp", plainWebp],
] as const

describe.each(pictures)("editMetadata() of a %s", (format, plain) => {
  test("writes every field, and keeps the pixels", async () => {
    const file = await plain()
    const { bytes, written } = await editMetadata(file, everything)
    const read = await readMetadata(bytes)
    expect(read).toMatchObject({
      format,
      orientation: 8,
      description: {
        title: everything.title,
        description: everything.description,
        artists: everything.artists,
        copyright: everything.copyright,
        software: everything.software,
        keywords: everything.keywords,
        rating: 3,
      },
      dates: { taken: { local: "2021-03-04T05:06:07.125", offset: "+05:30" } },
      issues: [],
    })
    expect(read.location?.latitude).toBeCloseTo(48.858222, 9)
    expect(read.location?.longitude).toBeCloseTo(-2.2945, 9)
    expect(read.location?.altitudeMeters).toBe(-3.25)
    expect(written.map(({ kind }) => kind)).toEqual(["exif", "xmp"])
    expect(await pixels(bytes)).toBe(await pixels(file))
  })

  test("changes nothing the second time", async () => {
    const { bytes } = await editMetadata(await plain(), everything)
    expect(await editMetadata(bytes, everything)).toEqual({ bytes, format, written: [] })
  })

  test("removes every field again", async () => {
    const { bytes } = await editMetadata(await plain(), everything)
    const nothing = Object.fromEntries(Object.keys(everything).map((field) => [field, null])) as MetadataChanges
    const read = await readMetadata((await editMetadata(bytes, nothing)).bytes)
    expect(read).toMatchObject({ orientation: 1, dates: {} })
    expect(read.description).toBeUndefined()
    expect(read.location).toBeUndefined()
  })

  test("writes nothing where there is nothing to write", async () => {
    const file = await plain()
    expect((await editMetadata(file, {})).bytes).toEqual(file)
    expect((await editMetadata(file, { title: null, location: null, artists: [] })).written).toEqual([])
  })

  test("writes a property of XMP that it has no field for", async () => {
    const city = { namespace: "http://ns.adobe.com/photoshop/1.0/", prefix: "photoshop", name: "City" }
    const { bytes } = await editMetadata(await plain(), { xmp: [{ ...city, value: "Ålesund" }] })
    expect((await readMetadata(bytes)).xmp).toEqual({ "photoshop:City": [{ text: "Ålesund" }] })
    const without = await editMetadata(bytes, { xmp: [{ ...city, value: null }] })
    expect((await readMetadata(without.bytes)).xmp).toEqual({})
  })
})

describe("editMetadata()", () => {
  test("brings XMP into agreement where it says the same, and leaves the rest of it", async () => {
    const file = jpegFile(40, 30, exifSegment(exifBlock(sampleExif)), xmpSegment(samplePacket))
    const { bytes } = await editMetadata(file, { artists: ["Cy"], copyright: "Cy" })
    const { xmp, description } = await readMetadata(bytes)
    expect(description?.artists).toEqual(["Cy"])
    expect(xmp).toMatchObject({ "dc:creator": [{ text: "Cy" }], "xmp:Rating": [{ text: "4" }] })
    expect(xmp?.["dc:subject"]).toHaveLength(2)
    expect(xmp).not.toHaveProperty("dc:rights")
  })

  test("brings a second EXIF block into agreement", async () => {
    const other = exifBlock({ image: { 0x013b: { ascii: "Old" }, 0x010f: { ascii: "Make" } } })
    const file = jpegFile(40, 30, exifSegment(exifBlock(sampleExif)), exifSegment(other))
    const { bytes } = await editMetadata(file, { artists: ["Cy"], copyright: "Cy" })
    expect(Buffer.from(bytes).includes("Old")).toBe(false)
    expect(Buffer.from(bytes).toString("latin1").match(/Cy\0/gu)).toHaveLength(3)
  })

  test("brings text chunks into agreement", async () => {
    const file = await plainPng()
    const texts = [
      pngChunk("tEXt", join("Author\0Old")),
      pngChunk("tEXt", join("exif:GPSLatitude\0", "1/1, 2/1, 3/1")),
      pngChunk("tEXt", join("Comment\0stays")),
    ]
    const { bytes } = await editMetadata(join(file.subarray(0, 33), ...texts, file.subarray(33)), {
      artists: ["太田"],
      location: null,
    })
    const read = await readMetadata(bytes)
    expect(read.text).toEqual([
      { keyword: "Author", text: "太田" },
      { keyword: "Comment", text: "stays" },
    ])
    expect(read.issues).toEqual([])
  })

  test("announces what it adds in the header of a WebP, and counts its bytes", async () => {
    const file = await plainWebp()
    const { bytes } = await editMetadata(join(file, "behind"), { title: "T", copyright: "C" })
    expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(bytes.length - 8 - 6)
    expect(bytes.slice(12, 30)).toEqual(join("VP8X", 10, 0, 0, 0, 0x0c, 0, 0, 0, 47, 0, 0, 31, 0, 0))
    expect(Buffer.from(bytes.subarray(-6)).toString()).toBe("behind")
  })

  test("keeps what stands before an EXIF block of a WebP", async () => {
    const file = await plainWebp()
    const riff = join(file, webpChunk("EXIF", join("Exif\0\0", exifBlock(sampleExif))))
    new DataView(riff.buffer).setUint32(4, riff.length - 8, true)
    const { bytes } = await editMetadata(riff, { artists: ["Somebody with a long name"] })
    expect(Buffer.from(bytes).includes("Exif\0\0MM")).toBe(true)
    expect((await readMetadata(bytes)).description?.artists).toEqual(["Somebody with a long name"])
  })

  test("edits what ImageMagick keeps as text", async () => {
    const raw = (kind: string, bytes: Uint8Array): Uint8Array => {
      const hex = Buffer.from(bytes)
        .toString("hex")
        .replace(/(.{72})/gu, "$1\n")
      const text = deflateSync(Buffer.from(`\n${kind}\n${String(bytes.length).padStart(8)}\n${hex}\n`))
      return pngChunk("zTXt", join(`Raw profile type ${kind}\0\0`), text)
    }
    const iptc = join("8BIM", 4, 4, 0, 0, 0, 0, 0, 8, 0x1c, 2, 80, 0, 3, "Old")
    const file = await plainPng()
    const profiles = [raw("exif", join("Exif\0\0", exifBlock(sampleExif))), raw("iptc", iptc)]
    const source = join(file.subarray(0, 33), ...profiles, file.subarray(33))
    const { bytes, written } = await editMetadata(source, { artists: ["Zoë with a longer name"] })
    const read = await readMetadata(bytes)
    expect(read.exif?.image?.["Artist"]).toBe("Zoë with a longer name")
    expect(read.iptc?.["By-line"]).toEqual(["Zoë with a longer name"])
    expect(read.camera?.make).toBe("Kodiak")
    expect(written).toEqual([
      { kind: "exif", name: "zTXt" },
      { kind: "iptc", name: "zTXt" },
    ])
    expect(await pixels(bytes)).toBe(await pixels(file))
  })

  test.each([
    ["lossless with alpha", { lossless: true }],
    ["lossy with alpha", { quality: 80 }],
  ])("keeps the pixels of a WebP, %s", async (_, options) => {
    const raw = { width: 5, height: 3, channels: 4 } as const
    const file = await sharp(
      Uint8Array.from({ length: 60 }, (_value, i) => (i * 37) % 256),
      { raw },
    )
      .webp(options)
      .toBuffer()
    const { bytes } = await editMetadata(new Uint8Array(file), everything)
    expect(await pixels(bytes)).toBe(await pixels(new Uint8Array(file)))
    expect(await readMetadata(bytes)).toMatchObject({ width: 5, height: 3, orientation: 8, issues: [] })
  })

  test("refuses formats that are not written, and those that were not asked for", async () => {
    await expect(editMetadata(await plainGif(), {})).rejects.toMatchObject({ code: "METADATA_UNSUPPORTED" })
    await expect(createEditor([jpegEditor])(await plainPng(), {})).rejects.toMatchObject({
      code: "METADATA_UNSUPPORTED",
    })
    await expect(editMetadata(await plainPng(), {}, { formats: ["jpeg"] })).rejects.toMatchObject({
      code: "METADATA_UNKNOWN_FORMAT",
    })
    await expect(editMetadata(new Uint8Array(20), {})).rejects.toMatchObject({ code: "METADATA_UNKNOWN_FORMAT" })
  })

  test.each<[string, MetadataChanges]>([
    ["a latitude of 91", { location: { latitude: 91, longitude: 0 } }],
    ["no number", { location: { latitude: 0, longitude: Number.NaN } }],
    ["30 February", { taken: { local: "2024-02-30T00:00:00" } }],
    ["a date in words", { taken: { local: "yesterday" } }],
    ["an offset of a day", { taken: { local: "2024-02-03T00:00:00", offset: "+24:00" } }],
    ["a NUL", { copyright: "a\0b" }],
    ["half a pair", { artists: ["\ud800"] }],
    ["six stars", { rating: 6 }],
    ["a prefix of XML", { xmp: [{ namespace: "a:b", prefix: "xmlns", name: "x", value: "y" }] }],
    ["a namespace that is none", { xmp: [{ namespace: "a b", prefix: "p", name: "x", value: "y" }] }],
  ])("refuses %s", async (_, changes) => {
    await expect(editMetadata(await plainJpeg(), changes)).rejects.toThrow(RangeError)
  })

  test("stops for an aborted signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"))
    await expect(editMetadata(await plainJpeg(), {}, { signal })).rejects.toThrow("enough")
  })
})
