import { describe, expect, test } from "vitest"
import { scrubMetadata } from "@darkslide/metadata"
import { be32, holds, join } from "./fixtures/bytes.ts"
import { avifWithExif, pixels } from "./fixtures/pictures.ts"

const box = (type: string, ...body: readonly (string | Uint8Array)[]): Uint8Array => {
  const data = join(...body)
  return join(be32(data.length + 8), type, data)
}

describe("scrubMetadata() of an AVIF", () => {
  test("zeros EXIF in place: size, offsets and pixels stay", async () => {
    const file = await avifWithExif()
    expect(holds(file, "CANARY")).toBe(true)
    const { bytes, removed } = await scrubMetadata(file)
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(holds(bytes, "Exif")).toBe(false)
    expect(bytes.length).toBe(file.length)
    expect(removed.map(({ name }) => name)).toContain("Exif")
    expect(await pixels(bytes)).toBe(await pixels(file))
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("frees boxes around it", async () => {
    const uuid = box("uuid", "0123456789abcdef", "CANARY")
    const file = join(await avifWithExif(), uuid, box("udta", "CANARY"), box("mpvd", "CANARY"), box("free", "CANARY"))
    const { bytes } = await scrubMetadata(file)
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(bytes.length).toBe(file.length)
    expect(await pixels(bytes)).toBe(await pixels(file))
  })

  test("gps-only keeps EXIF", async () => {
    const { bytes, kept } = await scrubMetadata(await avifWithExif(), { policy: "gps-only" })
    expect(holds(bytes, "CANARY-artist")).toBe(true)
    expect(kept).toContainEqual({ kind: "exif", name: "Exif" })
  })

  test("refuses a file whose items cannot be read", async () => {
    const file = await avifWithExif()
    const at = Buffer.from(file).indexOf("iinf")
    file[at + 9] = 9
    await expect(scrubMetadata(file)).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
    await expect(scrubMetadata(file.subarray(0, file.length - 5))).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
  })
})
