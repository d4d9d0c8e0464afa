import { deflateSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { readMetadata, scrubMetadata } from "@darkslide/metadata"
import { chunkOf } from "../../src/scrub/png-chunk.ts"
import { be32, holds, join } from "./fixtures/bytes.ts"
import { exifBlock, places } from "./fixtures/exif.ts"
import { pixels, plainPng } from "./fixtures/pictures.ts"

const chunk = (name: string, ...data: readonly (string | number | Uint8Array)[]): Uint8Array =>
  chunkOf(name, join(...data))
const profile = deflateSync(new Uint8Array(200))

const hidingPlaces: Readonly<Record<string, Uint8Array>> = {
  eXIf: chunk("eXIf", exifBlock(6)),
  tEXt: chunk("tEXt", "Title\0CANARY"),
  zTXt: chunk("zTXt", "CANARY-key\0\0", deflateSync(Buffer.from("CANARY"))),
  iTXt: chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x>CANARY</x>"),
  "many texts": join(...Array.from({ length: 300 }, (_, i) => chunk("tEXt", `k${i}\0CANARY`))),
  tIME: chunk("tIME", 7, 232, 5, 6, 7, 8, 9),
  "a private chunk": chunk("prVt", "CANARY"),
  C2PA: chunk("caBX", "CANARY"),
  "the palette's name": chunk("sPLT", "CANARY\0", 8),
  "the profile's name": chunk("iCCP", "CANARY-monitor\0\0", profile),
  "a second profile": join(chunk("iCCP", "ICC\0\0", profile), chunk("iCCP", "CANARY\0\0", profile)),
  "a chunk of a size that it cannot have": chunk("gAMA", be32(45455), "CANARY"),
  "a checksum that does not hold": join(chunk("tEXt", "k\0CANARY").subarray(0, -1), 0),
}

async function withChunk(hidden: Uint8Array): Promise<Uint8Array> {
  const plain = await plainPng()
  return join(plain.subarray(0, 33), hidden, plain.subarray(33))
}

describe("scrubMetadata() of a PNG", () => {
  test.each(Object.entries(hidingPlaces))("leaves nothing of %s, and the pixels as they were", async (_, hidden) => {
    const { bytes, removed } = await scrubMetadata(await withChunk(hidden))
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(removed.length).toBeGreaterThan(0)
    expect(await pixels(bytes)).toBe(await pixels(await plainPng()))
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("leaves nothing behind the end, such as the rest of a larger picture", async () => {
    const plain = await plainPng()
    const { bytes } = await scrubMetadata(join(plain, plain.subarray(40), "CANARY"))
    expect(bytes).toEqual(plain)
  })

  test("keeps orientation where it stood, behind the picture too", async () => {
    const plain = await plainPng()
    const end = plain.length - 12
    const file = join(plain.subarray(0, end), chunk("eXIf", exifBlock(8)), plain.subarray(end))
    const { bytes, kept } = await scrubMetadata(file)
    expect((await readMetadata(bytes)).exif).toEqual({ image: { Orientation: 8 } })
    expect(bytes.slice(0, end)).toEqual(plain.slice(0, end))
    expect(kept).toEqual([{ kind: "orientation", name: "eXIf" }])
  })

  test("keeps the compressed profile byte for byte, under another name", async () => {
    const { bytes } = await scrubMetadata(await withChunk(chunk("iCCP", "Ann's monitor\0\0", profile)))
    expect(bytes.slice(33, 33 + 12 + 5 + profile.length)).toEqual(chunk("iCCP", "ICC\0\0", profile))
  })

  test("share keeps the author of a text chunk", async () => {
    const file = await withChunk(
      join(chunk("tEXt", "Author\0Ann"), chunk("zTXt", "Copyright\0\0", deflateSync("(c) Ann"))),
    )
    const { bytes } = await scrubMetadata(file, { policy: "share" })
    expect((await readMetadata(bytes)).exif).toEqual({ image: { Artist: "Ann", Copyright: "(c) Ann" } })
  })

  test("gps-only removes places from EXIF, XMP and text, and keeps the rest", async () => {
    const packet = `<x:r xmlns:x="x"><exif:GPSLatitude>${places}</exif:GPSLatitude><dc:title>CANARY-title</dc:title></x:r>`
    const file = await withChunk(
      join(
        chunk("eXIf", exifBlock(6)),
        chunk("iTXt", "XML:com.adobe.xmp\0", 1, 0, 0, 0, deflateSync(packet)),
        chunk("tEXt", `GPSLatitude\0${places}`),
        chunk("tEXt", "Title\0CANARY-words"),
      ),
    )
    const { bytes } = await scrubMetadata(file, { policy: "gps-only" })
    expect(holds(bytes, places)).toBe(false)
    for (const stays of ["CANARY-title", "CANARY-words", "CANARY-make"]) expect(holds(bytes, stays)).toBe(true)
    expect((await scrubMetadata(bytes, { policy: "gps-only" })).bytes).toEqual(bytes)
  })

  test("refuses a file whose chunks cannot be told apart", async () => {
    const plain = await plainPng()
    const long = join(plain.subarray(0, 33), be32(0x7fff_ffff), "tEXtCANARY", plain.subarray(33))
    await expect(scrubMetadata(long)).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
  })
})
