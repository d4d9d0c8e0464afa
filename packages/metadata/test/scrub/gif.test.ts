import { describe, expect, test } from "vitest"
import { scrubMetadata } from "@darkslide/metadata"
import { holds, join } from "./fixtures/bytes.ts"
import { places } from "./fixtures/exif.ts"
import { pixels, plainGif } from "./fixtures/pictures.ts"

const blocks = (text: string): Uint8Array => join(text.length, text, 0)
const application = (name: string, body: Uint8Array): Uint8Array => join(0x21, 0xff, 11, name, body)
const magic = Uint8Array.from({ length: 258 }, (_, i) => (i === 0 ? 1 : i === 257 ? 0 : 256 - i))
const loop = application("NETSCAPE2.0", join(3, 1, 5, 0, 0))

async function withBlock(...hidden: readonly Uint8Array[]): Promise<Uint8Array> {
  const plain = await plainGif()
  const start = 13 + (3 << (((plain[10] ?? 0) & 7) + 1))
  return join(plain.subarray(0, start), ...hidden, plain.subarray(start))
}

describe("scrubMetadata() of a GIF", () => {
  test.each<[string, Uint8Array]>([
    ["a comment", join(0x21, 0xfe, blocks("CANARY"))],
    ["XMP", application("XMP DataXMP", join("CANARY", magic))],
    ["an application", application("CANARYAP100", blocks("CANARY"))],
    ["plain text", join(0x21, 0x01, 12, new Uint8Array(12), blocks("CANARY"))],
    ["an unknown extension", join(0x21, 0x77, blocks("CANARY"))],
    ["what stands beside the loops", application("NETSCAPE2.0", join(blocks("CANARY").subarray(0, -1), 3, 1, 5, 0, 0))],
  ])("leaves nothing of %s", async (_, hidden) => {
    const { bytes, removed } = await scrubMetadata(join(await withBlock(hidden), "CANARY-behind"))
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(removed.length).toBe(2)
    expect(await pixels(bytes)).toBe(await pixels(await plainGif()))
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("keeps loops and ICC", async () => {
    const icc = application("ICCRGBG1012", blocks("profile"))
    const { bytes, kept } = await scrubMetadata(await withBlock(loop, icc))
    expect(bytes).toEqual(await withBlock(loop, icc))
    expect(kept).toContainEqual({ kind: "icc", name: "ICCRGBG1012" })
  })

  test("gps-only keeps comments, and XMP without places", async () => {
    const xmp = application("XMP DataXMP", join(`<a exif:GPSLatitude="${places}" b="CANARY-b"/>`, magic))
    const file = await withBlock(xmp, join(0x21, 0xfe, blocks("CANARY-comment")))
    const { bytes } = await scrubMetadata(file, { policy: "gps-only" })
    expect(holds(bytes, places)).toBe(false)
    expect(holds(bytes, "CANARY-b")).toBe(true)
    expect(holds(bytes, "CANARY-comment")).toBe(true)
    expect(bytes.length).toBe(file.length)
  })

  test("refuses a file that is cut short", async () => {
    const plain = await plainGif()
    await expect(scrubMetadata(plain.subarray(0, plain.length - 20))).rejects.toMatchObject({
      code: "METADATA_MALFORMED",
    })
  })
})
