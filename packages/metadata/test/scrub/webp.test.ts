import { describe, expect, test } from "vitest"
import { readMetadata, scrubMetadata } from "@darkslide/metadata"
import { chunkOf } from "../../src/scrub/webp-chunks.ts"
import { holds, join, le32 } from "./fixtures/bytes.ts"
import { exifBlock, places } from "./fixtures/exif.ts"
import { pixels, plainWebp } from "./fixtures/pictures.ts"

const riff = (...chunks: readonly Uint8Array[]): Uint8Array => {
  const body = join("WEBP", ...chunks)
  return join("RIFF", le32(body.length), body)
}
const extended = (flags: number): Uint8Array => chunkOf("VP8X", join(flags, 0, 0, 0, 47, 0, 0, 31, 0, 0))
const picture = async (): Promise<Uint8Array> => (await plainWebp()).subarray(12)

describe("scrubMetadata() of a WebP", () => {
  test("leaves nothing but the picture, and writes flags and size anew", async () => {
    const xmp = chunkOf("XMP ", join("CANARY-xmp"))
    const file = join(
      riff(extended(0x0c), await picture(), chunkOf("EXIF", exifBlock(1)), xmp, chunkOf("JUNK", join("CANARY"))),
      "CANARY-behind",
    )
    const { bytes, removed } = await scrubMetadata(file)
    expect(bytes).toEqual(riff(extended(0), await picture()))
    expect(removed.map(({ kind }) => kind)).toEqual(["exif", "xmp", "unknown", "trailer"])
    expect(await pixels(bytes)).toBe(await pixels(await plainWebp()))
  })

  test.each([
    [0x08, join(exifBlock(6))],
    [0, join("Exif\0\0", exifBlock(6))],
  ])("keeps orientation and never sets a flag that was not set (%i)", async (flags, block) => {
    const { bytes, kept } = await scrubMetadata(riff(extended(flags), await picture(), chunkOf("EXIF", block)))
    expect((await readMetadata(bytes)).orientation).toBe(6)
    expect(bytes[20]).toBe(flags)
    expect(kept).toEqual([{ kind: "orientation", name: "EXIF" }])
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("looks into the frames of an animation", async () => {
    const place = join(0, 0, 0, 0, 0, 0, 47, 0, 0, 31, 0, 0, 80, 0, 0, 0)
    const frame = async (...more: readonly Uint8Array[]): Promise<Uint8Array> =>
      chunkOf("ANMF", join(place, await picture(), ...more))
    const head = [extended(0x02), chunkOf("ANIM", join(0, 0, 0, 0, 3, 0))]
    const plain = riff(...head, await frame(), await frame())
    const file = riff(...head, await frame(), await frame(chunkOf("EXIF", join("CANARY"))))
    const { bytes, removed } = await scrubMetadata(file)
    expect(bytes).toEqual(plain)
    expect(removed).toEqual([{ kind: "exif", name: "ANMF/EXIF", bytes: 14, count: 1 }])
    expect(await pixels(bytes)).toBe(await pixels(file))
  })

  test("gps-only keeps EXIF and XMP without places", async () => {
    const xmp = chunkOf("XMP ", join(`<a photoshop:City="${places}" dc:format="CANARY-format"/>`))
    const file = riff(extended(0x0c), await picture(), chunkOf("EXIF", exifBlock(3)), xmp)
    const { bytes } = await scrubMetadata(file, { policy: "gps-only" })
    expect(holds(bytes, places)).toBe(false)
    for (const stays of ["CANARY-format", "CANARY-make"]) expect(holds(bytes, stays)).toBe(true)
    expect(bytes[20]).toBe(0x0c)
    expect((await readMetadata(bytes)).orientation).toBe(3)
  })

  test("drops metadata that is cut off, and refuses a picture that is", async () => {
    const whole = riff(await picture(), chunkOf("EXIF", exifBlock(1)))
    expect((await scrubMetadata(whole.subarray(0, whole.length - 9))).bytes).toEqual(riff(await picture()))
    const cut = (await plainWebp()).subarray(0, 60)
    await expect(scrubMetadata(cut)).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
  })
})
