import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { MetadataError, scrubMetadata, type ScrubPolicy } from "@darkslide/metadata"
import { join } from "./fixtures/bytes.ts"
import { exifBlock } from "./fixtures/exif.ts"
import { avifWithExif, plainGif, plainJpeg, plainPng, plainWebp, segment } from "./fixtures/pictures.ts"

const policies: readonly ScrubPolicy[] = ["strict", "share", "gps-only"]

async function rotatedJpeg(): Promise<Uint8Array> {
  const plain = await plainJpeg(true)
  return join(plain.subarray(0, 2), segment(0xe1, "Exif\0\0", exifBlock(6)), plain.subarray(2), "trailer")
}

describe("scrubMetadata()", () => {
  test.each<[string, () => Promise<Uint8Array>]>([
    ["JPEG", rotatedJpeg],
    ["PNG", plainPng],
    ["WebP", plainWebp],
    ["GIF", plainGif],
    ["AVIF", avifWithExif],
  ])("of a damaged %s gives what a second scrub leaves as it is, or a typed refusal", async (_, make) => {
    const whole = await make()
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), fc.constantFrom(...policies), async (changes, cut, policy) => {
        const file = whole.slice(0, changes.length === 0 ? cut : undefined)
        for (const [at, value] of changes) file[at] = value
        try {
          const { bytes } = await scrubMetadata(file, { policy })
          expect((await scrubMetadata(bytes, { policy })).bytes).toEqual(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(MetadataError)
          expect(error).not.toMatchObject({ code: "METADATA_SCRUB_INCOMPLETE" })
        }
      }),
      { numRuns: 150, seed: 5 },
    )
  })

  test.each<[string, Uint8Array, string]>([
    ["a TIFF", join("II*\0\x08\0\0\0", new Uint8Array(40)), "METADATA_UNSUPPORTED"],
    ["a JPEG XL", Uint8Array.of(0xff, 0x0a, 1, 2, 3), "METADATA_UNSUPPORTED"],
    ["text", join("hello, this is text and nothing else"), "METADATA_UNKNOWN_FORMAT"],
    ["nothing", new Uint8Array(0), "METADATA_UNKNOWN_FORMAT"],
  ])("refuses %s", async (_, bytes, code) => {
    await expect(scrubMetadata(bytes)).rejects.toMatchObject({ code })
  })

  test("an abort before it begins is the caller's reason", async () => {
    const reason = new Error("gone")
    await expect(scrubMetadata(await plainPng(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  test("is plain data", async () => {
    const result = await scrubMetadata(await rotatedJpeg())
    expect(structuredClone(result)).toEqual(result)
  })
})
