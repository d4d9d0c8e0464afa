import { deflateSync } from "node:zlib"
import { readMetadata } from "@darkslide/metadata"
import { describe, expect, test } from "vitest"
import { ascii, concatBytes } from "../../src/bytes.ts"
import { exifBlock } from "../fixtures/exif-block.ts"
import { box, fullBox, gifFile, heifFile, pngChunk, pngFile, u16, u32, webpChunk, webpFile } from "../fixtures/files.ts"
import { samplePacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"

const block = exifBlock(sampleExif)
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe("readMetadata() of a PNG", () => {
  test("keeps text apart from the header, with duplicates and languages", async () => {
    const read = await readMetadata(
      pngFile(
        40,
        30,
        pngChunk("tEXt", ascii("ImageWidth\u00009")),
        pngChunk("tEXt", ascii("__proto__\0x")),
        pngChunk("zTXt", ascii("Comment\0\0"), deflateSync("caf\u00e9", {})),
        pngChunk("iTXt", ascii("Title\0\u0001\0de\0"), utf8("Überschrift"), Uint8Array.of(0), deflateSync("Fjörd")),
      ),
    )
    expect(read).toMatchObject({ width: 40, height: 30, description: { title: "Fjörd" } })
    expect(read.text).toEqual([
      { keyword: "ImageWidth", text: "9" },
      { keyword: "__proto__", text: "x" },
      { keyword: "Comment", text: "cafÃ©" },
      { keyword: "Title", text: "Fjörd", language: "de", translatedKeyword: "Überschrift" },
    ])
  })

  test("reads eXIf, XMP, raw profiles, times and colour", async () => {
    const raw = ascii(
      `\nexif\n${block.length + 6}\n${Buffer.from(`Exif\0\0`).toString("hex")}${Buffer.from(block).toString("hex")}\n`,
    )
    const facts = [
      pngChunk("gAMA", u32(45_455)),
      pngChunk("sRGB", Uint8Array.of(1)),
      pngChunk("cICP", Uint8Array.of(12, 13, 0, 1)),
      pngChunk("pHYs", u32(3779), u32(3780), Uint8Array.of(1)),
      pngChunk("tIME", u16(2024), Uint8Array.of(5, 6, 7, 8, 9)),
      pngChunk("acTL", u32(3), u32(0)),
    ]
    const read = await readMetadata(
      pngFile(4, 3, ...facts, pngChunk("zTXt", ascii("Raw profile type exif\0\0"), deflateSync(raw))),
    )
    expect(read.camera?.make).toBe("Kodiak")
    expect(read.orientation).toBe(6)
    expect(read.animation).toEqual({ frames: 3, plays: 0 })
    expect(read.png).toMatchObject({
      bitDepth: 8,
      colorType: 2,
      interlace: 0,
      gamma: 0.45455,
      srgbIntent: 1,
      cicp: { primaries: 12, transfer: 13, matrix: 0, fullRange: true },
      pixelsPerUnit: { x: 3779, y: 3780, unit: "meter" },
      chunks: ["IHDR", "gAMA", "sRGB", "cICP", "pHYs", "tIME", "acTL", "zTXt", "IDAT", "IEND"],
    })
    const bare = await readMetadata(pngFile(4, 3, pngChunk("tIME", u16(2024), Uint8Array.of(5, 6, 7, 8, 9))))
    expect(bare.dates.modified).toEqual({ local: "2024-05-06T07:08:09", offset: "Z", source: "png:tIME" })
    const both = await readMetadata(
      pngFile(
        4,
        3,
        pngChunk("eXIf", block),
        pngChunk("iTXt", ascii("XML:com.adobe.xmp\0\0\0\0\0"), utf8(samplePacket)),
      ),
    )
    expect(both).toMatchObject({ camera: { make: "Kodiak" }, description: { title: "Fish & ships" } })
  })

  test("inflates no more than the limit, and says so", async () => {
    const bomb = pngChunk("zTXt", ascii("Comment\0\0"), deflateSync(new Uint8Array(8 << 20).fill(65)))
    const read = await readMetadata(pngFile(4, 3, bomb))
    expect(read.text?.[0]?.text).toHaveLength(1 << 20)
    expect(read.issues).toEqual([{ code: "too-large", where: "zTXt" }])
  })

  test("gives the header of a file with more chunks than allowed", async () => {
    const chunks = Array.from({ length: 5000 }, (_, i) => pngChunk(i % 2 === 0 ? "tEXt" : "teSt", ascii("a\0b")))
    const read = await readMetadata(pngFile(40, 30, ...chunks))
    expect(read.width).toBe(40)
    expect(read.issues.map(({ code }) => code)).toContain("too-many-parts")
  })
})

describe("readMetadata() of other formats", () => {
  test("reads WebP: EXIF with a prefix and without its flag, XMP, animation", async () => {
    const read = await readMetadata(
      webpFile(
        40,
        30,
        webpChunk("ANIM", u32(0), Uint8Array.of(2, 0)),
        webpChunk("EXIF", ascii("Exif\0\0"), block),
        webpChunk("XMP", utf8(samplePacket)),
      ),
    )
    expect(read).toMatchObject({ format: "webp", width: 40, height: 30, orientation: 6, animation: { plays: 2 } })
    expect(read).toMatchObject({ camera: { make: "Kodiak" }, description: { title: "Fish & ships" } })
  })

  test("reads GIF: comments, loops, frames, XMP, bytes behind the end", async () => {
    const magic = Uint8Array.from({ length: 258 }, (_, i) => (i === 0 ? 1 : i > 256 ? 0 : 256 - i))
    const xmp = concatBytes([Uint8Array.of(0x21, 0xff, 11), ascii("XMP DataXMP"), utf8(samplePacket), magic])
    const loop = concatBytes([Uint8Array.of(0x21, 0xff, 11), ascii("NETSCAPE2.0"), Uint8Array.of(3, 1, 0, 0, 0)])
    const comment = concatBytes([Uint8Array.of(0x21, 0xfe, 4), ascii("note"), Uint8Array.of(0)])
    const read = await readMetadata(concatBytes([gifFile(40, 30, loop, comment, xmp), ascii("more")]))
    expect(read).toMatchObject({ width: 40, height: 30, comments: ["note"], animation: { frames: 1, plays: 0 } })
    expect(read.description?.title).toBe("Fish & ships")
    expect(read.hidden).toEqual({ trailerBytes: 4 })
  })

  test.each(["heic", "avif"] as const)("reads %s: items, size, turns before EXIF's", async (brand) => {
    const properties = [box("irot", Uint8Array.of(1)), fullBox("pixi", 0, Uint8Array.of(3, 10, 10, 10))]
    const read = await readMetadata(
      heifFile({ width: 40, height: 30, brand, properties, exif: block, xmp: samplePacket }),
    )
    expect(read).toMatchObject({ format: brand, width: 40, height: 30, bitDepth: 10, orientation: 8 })
    expect(read).toMatchObject({ camera: { make: "Kodiak" }, description: { title: "Fish & ships" } })
    expect(read.exif?.image?.["Orientation"]).toBe(6)
  })

  test.each([
    [[box("irot", Uint8Array.of(1))], 8],
    [[box("irot", Uint8Array.of(2))], 3],
    [[box("irot", Uint8Array.of(3))], 6],
    [[box("imir", Uint8Array.of(0))], 4],
    [[box("imir", Uint8Array.of(1))], 2],
    [[box("irot", Uint8Array.of(1)), box("imir", Uint8Array.of(1))], 7],
    [[box("irot", Uint8Array.of(3)), box("imir", Uint8Array.of(1))], 5],
  ])("turns of HEIF become orientations (%#)", async (properties, orientation) => {
    expect((await readMetadata(heifFile({ width: 4, height: 3, properties }))).orientation).toBe(orientation)
  })

  test("reads TIFF: the file is its own EXIF block", async () => {
    const read = await readMetadata(
      exifBlock({ image: { ...sampleExif.image, 0x0100: { short: [40] }, 0x0101: { long: [30] } } }),
    )
    expect(read).toMatchObject({ format: "tiff", width: 40, height: 30, camera: { make: "Kodiak" } })
  })

  test("reads a bare JPEG XL codestream's size and orientation", async () => {
    // small, height (2+1)*8, ratio 0, width (4+1)*8; not all default, extra fields, orientation 6
    const bits = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1].reduce(
      (sum, bit, i) => sum + bit * 2 ** i,
      0,
    )
    const stream = Uint8Array.of(0xff, 0x0a, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255)
    expect(await readMetadata(stream)).toMatchObject({ format: "jxl", width: 40, height: 24, orientation: 6 })
  })

  test("reads MP4: size, length, time and programs", async () => {
    const movie = fullBox("mvhd", 0, u32(3_797_478_000), u32(0), u32(1000), u32(2500), new Uint8Array(80))
    const track = box("trak", fullBox("tkhd", 0, new Uint8Array(72), u32(40 << 16), u32(30 << 16)))
    const user = box("udta", box("\u00a9too", u16(7), u16(0), ascii("Cam 1.0")))
    const read = await readMetadata(concatBytes([box("ftyp", ascii("isom"), u32(0)), box("moov", movie, track, user)]))
    expect(read).toMatchObject({ format: "mp4", width: 40, height: 30 })
    expect(read.clip).toMatchObject({ durationSeconds: 2.5, applications: ["Cam 1.0"], created: { offset: "Z" } })
  })
})
