import { readMetadata } from "@darkslide/metadata"
import { imageMetadataSchema } from "@darkslide/metadata/schema"
import { describe, expect, test } from "vitest"
import { ascii } from "../src/bytes.ts"
import { exifBlock } from "./fixtures/exif-block.ts"
import { exifSegment, jpegFile, pngChunk, pngFile } from "./fixtures/files.ts"
import { sampleExif } from "./fixtures/sample-exif.ts"

const block = exifBlock(sampleExif)

describe("imageMetadataSchema", () => {
  test("gives back what was read, and what came through JSON", async () => {
    for (const file of [
      jpegFile(40, 30, exifSegment(block)),
      pngFile(40, 30, pngChunk("eXIf", block), pngChunk("tEXt", ascii("Title\0Harbour"))),
    ]) {
      const read = await readMetadata(file)
      expect(imageMetadataSchema.parse(read)).toEqual(read)
      expect(imageMetadataSchema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read)
    }
  })

  test("refuses a field that is unknown, missing, or out of its range", async () => {
    const read = await readMetadata(jpegFile(40, 30, exifSegment(block)))
    expect(imageMetadataSchema.safeParse({ ...read, extra: 1 }).success).toBe(false)
    expect(imageMetadataSchema.safeParse({ ...read, hidden: undefined }).success).toBe(false)
    expect(imageMetadataSchema.safeParse({ ...read, orientation: 9 }).success).toBe(false)
    const location = { latitude: 91, longitude: 0, source: "exif" }
    expect(imageMetadataSchema.safeParse({ ...read, location }).success).toBe(false)
  })
})
