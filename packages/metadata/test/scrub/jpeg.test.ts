import { describe, expect, test } from "vitest"
import { createScrubber, jpegScrubber, readMetadata, scrubMetadata, type ScrubPolicy } from "@darkslide/metadata"
import { be32, holds, join } from "./fixtures/bytes.ts"
import { exifBlock, places } from "./fixtures/exif.ts"
import { pixels, plainJpeg, segment } from "./fixtures/pictures.ts"

const xmp = (text: string): Uint8Array =>
  segment(
    0xe1,
    "http://ns.adobe.com/xap/1.0/\0",
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" exif:GPSLatitude="CANARY-place-lat" ${text}><photoshop:City><b>CANARY-place-city</b></photoshop:City><dc:title>CANARY-title</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`,
  )
const resource = (id: number, data: string): Uint8Array =>
  join("8BIM", id >> 8, id & 0xff, 0, 0, be32(data.length), data, ...(data.length % 2 === 1 ? [0] : []))
const iptc = segment(
  0xed,
  "Photoshop 3.0\0",
  resource(0x0404, "\x1c\x02\x5a\0\x11CANARY-place-iptc\x1c\x02\x50\0\x08CANARY-b"),
  resource(0x040c, "CANARY-photoshop-thumbnail"),
)

/** Each hiding place of a header, by name. */
const hidingPlaces: Readonly<Record<string, Uint8Array>> = {
  EXIF: segment(0xe1, "Exif\0\0", exifBlock(6)),
  "a second EXIF": join(segment(0xe1, "Exif\0\0", exifBlock(3)), segment(0xe1, "Exif\0\0", exifBlock(8))),
  XMP: xmp(""),
  "extended XMP": segment(0xe1, "http://ns.adobe.com/xmp/extension/\0", "0".repeat(40), "CANARY-extended"),
  IPTC: iptc,
  comment: segment(0xfe, "CANARY-comment"),
  "fill bytes": join(0xff, 0xff, 0xff, segment(0xfe, "CANARY-after-fill")),
  "bytes between segments": join(segment(0xfe, "x"), "CANARY-junk"),
  "JFIF thumbnail": segment(0xe0, "JFIF\0\x01\x02\0\0\x01\0\x01\x02\x01CANARY"),
  JFXX: segment(0xe0, "JFXX\0\x10CANARY-jfxx"),
  MPF: segment(0xe2, "MPF\0CANARY-mpf"),
  FlashPix: segment(0xe2, "FPXR\0CANARY-flashpix"),
  C2PA: segment(0xeb, "JP\0\x01CANARY-c2pa"),
  "behind Adobe's fields": segment(0xee, "Adobe\0\x64\0\0\0\0\x01CANARY-adobe"),
  "an unknown marker": segment(0xf0, "CANARY-reserved"),
  ...Object.fromEntries([3, 4, 5, 6, 7, 8, 9, 10, 12, 15].map((n) => [`APP${n}`, segment(0xe0 + n, `CANARY-app${n}`)])),
}

async function withSegment(hidden: Uint8Array): Promise<Uint8Array> {
  const plain = await plainJpeg()
  return join(plain.subarray(0, 2), hidden, plain.subarray(2))
}

describe("scrubMetadata() of a JPEG", () => {
  test.each(Object.entries(hidingPlaces))("leaves nothing of %s, and the pixels as they were", async (_, hidden) => {
    const file = await withSegment(hidden)
    const { bytes, removed } = await scrubMetadata(file)
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(removed.length).toBeGreaterThan(0)
    expect(await pixels(bytes)).toBe(await pixels(await plainJpeg()))
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("leaves nothing between the scans of a progressive file, nor behind its end", async () => {
    const plain = await plainJpeg(true)
    const third = [...plain.keys()].filter((at) => plain[at] === 0xff && plain[at + 1] === 0xda)[2] ?? 0
    const between = join(segment(0xfe, "CANARY-between"), segment(0xe1, "Exif\0\0", exifBlock(6)))
    const file = join(plain.subarray(0, third), between, plain.subarray(third), "CANARY-trailer", plain)
    const { bytes, removed } = await scrubMetadata(file)
    expect(bytes).toEqual(plain)
    expect(removed).toContainEqual({ kind: "trailer", name: "trailer", bytes: plain.length + 14, count: 1 })
  })

  test.each([2, 3, 4, 5, 6, 7, 8])("keeps orientation %i and nothing else of EXIF", async (orientation) => {
    const { bytes, kept } = await scrubMetadata(await withSegment(segment(0xe1, "Exif\0\0", exifBlock(orientation))))
    expect(kept).toContainEqual({ kind: "orientation", name: "APP1" })
    const { orientation: read, exif } = await readMetadata(bytes)
    expect([read, exif]).toEqual([orientation, { image: { Orientation: orientation } }])
  })

  test("writes no EXIF for an upright picture", async () => {
    const { bytes } = await scrubMetadata(await withSegment(segment(0xe1, "Exif\0\0", exifBlock(1))))
    expect(holds(bytes, "Exif")).toBe(false)
  })

  test("share keeps artist and copyright too, from XMP and IPTC where EXIF has none", async () => {
    const { bytes } = await scrubMetadata(await withSegment(segment(0xe1, "Exif\0\0", exifBlock(6))), {
      policy: "share",
    })
    expect((await readMetadata(bytes)).exif).toEqual({
      image: { Orientation: 6, Artist: "Ann Artist", Copyright: "(c) Ann" },
    })
    const shared = await scrubMetadata(await withSegment(iptc), { policy: "share" })
    expect((await readMetadata(shared.bytes)).exif).toEqual({ image: { Artist: "CANARY-b" } })
  })

  test("gps-only removes places and maker notes, and keeps the rest", async () => {
    const file = await withSegment(join(segment(0xe1, "Exif\0\0", exifBlock(6)), xmp(""), iptc, segment(0xfe, "words")))
    const { bytes, removed } = await scrubMetadata(file, { policy: "gps-only" })
    expect(holds(bytes, places)).toBe(false)
    expect(holds(bytes, "CANARY-maker-note")).toBe(false)
    for (const stays of ["CANARY-make", "CANARY-title", "CANARY-b", "words", "2024:05:06"])
      expect(holds(bytes, stays)).toBe(true)
    expect(removed.filter(({ kind }) => kind === "location").map(({ name }) => name)).toEqual(["APP1", "APP13"])
    const read = await readMetadata(bytes)
    expect(read.exif?.gps).toBeUndefined()
    expect(read.xmp?.["dc:title"]?.[0]?.text).toBe("CANARY-title")
  })

  test("gps-only drops XMP whose markup is broken", async () => {
    const broken = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", `<x exif:GPSLatitude="CANARY-place"`)
    expect(holds((await scrubMetadata(await withSegment(broken), { policy: "gps-only" })).bytes, places)).toBe(false)
  })

  test("a file that ends within its scan stays one that does", async () => {
    const plain = await plainJpeg()
    const cut = plain.subarray(0, plain.length - 40)
    expect((await scrubMetadata(cut)).bytes).toEqual(new Uint8Array(cut))
  })

  test.each<[string, (plain: Uint8Array) => Uint8Array]>([
    ["no scan", (plain) => plain.subarray(0, 20)],
    ["a second start", (plain) => join(plain.subarray(0, 2), 0xff, 0xd8, plain.subarray(2))],
  ])("refuses a file with %s", async (_, broken) => {
    await expect(scrubMetadata(broken(await plainJpeg()))).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
  })

  test("refuses what is no policy, and formats that were not asked for", async () => {
    const plain = await plainJpeg()
    await expect(scrubMetadata(plain, { policy: "most" as ScrubPolicy })).rejects.toThrow(RangeError)
    await expect(scrubMetadata(plain, { formats: ["png"] })).rejects.toMatchObject({ code: "METADATA_UNKNOWN_FORMAT" })
    const onlyJpeg = createScrubber([jpegScrubber])
    await expect(onlyJpeg(join("GIF89a", new Uint8Array(40)))).rejects.toMatchObject({ code: "METADATA_UNSUPPORTED" })
    expect((await onlyJpeg(plain)).format).toBe("jpeg")
  })

  test("keeps an ICC profile in parts, byte for byte", async () => {
    const profile = join(
      segment(0xe2, "ICC_PROFILE\0", 1, 2, "first half"),
      segment(0xe2, "ICC_PROFILE\0", 2, 2, "second"),
    )
    const { bytes, kept } = await scrubMetadata(await withSegment(profile))
    expect(holds(bytes, Buffer.from(profile).toString("latin1"))).toBe(true)
    expect(kept).toContainEqual({ kind: "icc", name: "APP2" })
  })

  test("leaves the input as it was and gives memory of its own", async () => {
    const file = await withSegment(segment(0xfe, "CANARY"))
    const before = file.slice()
    const { bytes } = await scrubMetadata(file)
    expect(file).toEqual(before)
    expect(bytes.buffer).not.toBe(file.buffer)
  })
})
