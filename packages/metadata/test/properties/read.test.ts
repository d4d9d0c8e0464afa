import { MetadataError, readMetadata } from "@darkslide/metadata"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { defaultLimits } from "../../src/limits.ts"
import { walkGif } from "../../src/walk/gif.ts"
import { walkHeif } from "../../src/walk/heif.ts"
import { walkJpeg } from "../../src/walk/jpeg.ts"
import { walkMp4 } from "../../src/walk/mp4.ts"
import type { Walk } from "../../src/walk/part.ts"
import { walkPng } from "../../src/walk/png.ts"
import { walkWebm } from "../../src/walk/webm.ts"
import { walkWebp } from "../../src/walk/webp.ts"
import { exifBlock } from "../fixtures/exif-block.ts"
import {
  exifSegment,
  gifFile,
  heifFile,
  jpegFile,
  pngChunk,
  pngFile,
  webpChunk,
  webpFile,
  xmpSegment,
} from "../fixtures/files.ts"
import { samplePacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"

const block = exifBlock(sampleExif)
const files: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => Walk])[] = [
  ["jpeg", jpegFile(40, 30, exifSegment(block), xmpSegment(samplePacket)), (bytes) => walkJpeg(bytes, defaultLimits)],
  ["png", pngFile(40, 30, pngChunk("eXIf", block)), (bytes) => walkPng(bytes, defaultLimits)],
  ["webp", webpFile(40, 30, webpChunk("EXIF", block)), (bytes) => walkWebp(bytes, defaultLimits)],
  ["gif", gifFile(40, 30), (bytes) => walkGif(bytes, defaultLimits)],
  [
    "heic",
    heifFile({ width: 40, height: 30, exif: block, xmp: samplePacket }),
    (bytes) => walkHeif(bytes, defaultLimits),
  ],
]

/** Some bytes of a file replaced, and its end cut off or not. */
const damage = fc.record({
  edits: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
  keep: fc.option(fc.nat(), { nil: undefined }),
})

function damaged(
  file: Uint8Array,
  { edits, keep }: { edits: [number, number][]; keep: number | undefined },
): Uint8Array {
  const bytes = file.slice(0, keep === undefined ? file.length : keep % (file.length + 1))
  for (const [at, value] of edits) if (bytes.length > 0) bytes[at % bytes.length] = value
  return bytes
}

describe("readMetadata() of damaged files", () => {
  test.each(files)("%s: gives metadata or a MetadataError", async (_, file) => {
    await fc.assert(
      fc.asyncProperty(damage, async (change) => {
        try {
          const read = await readMetadata(damaged(file, change))
          expect(structuredClone(read)).toEqual(read)
        } catch (error) {
          expect(error).toBeInstanceOf(MetadataError)
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe("walkers", () => {
  test.each([
    ...files,
    ["mp4", new Uint8Array(64), (bytes: Uint8Array) => walkMp4(bytes, defaultLimits)] as const,
    ["webm", new Uint8Array(64), (bytes: Uint8Array) => walkWebm(bytes, defaultLimits)] as const,
  ])("%s: parts cover every byte of a damaged file once, in order", (_, file, walk) => {
    fc.assert(
      fc.property(damage, (change) => {
        const bytes = damaged(file, change)
        fc.pre(bytes.length >= 16)
        let at = 0
        for (const { offset, length, dataOffset, dataLength } of walk(bytes).parts) {
          expect(offset).toBe(at)
          expect(dataOffset + dataLength).toBeLessThanOrEqual(offset + length)
          at += length
        }
        expect(at).toBe(bytes.length)
      }),
      { numRuns: 150 },
    )
  })
})
