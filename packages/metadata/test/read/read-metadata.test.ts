import { createReader, gifReader, MetadataError, readMetadata } from "@darkslide/metadata"
import { describe, expect, test } from "vitest"
import { exifBlock } from "../fixtures/exif-block.ts"
import { concatBytes } from "../../src/bytes.ts"
import { exifSegment, gifFile, jpegFile, pngFile, xmpSegment } from "../fixtures/files.ts"
import { samplePacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"

const photo = jpegFile(40, 30, exifSegment(exifBlock(sampleExif)), xmpSegment(samplePacket))

describe("readMetadata()", () => {
  test("refuses what is no image, and formats that were not asked for", async () => {
    for (const bytes of [new Uint8Array(), new Uint8Array(100), new TextEncoder().encode("%PDF-1.7 and more text")])
      await expect(readMetadata(bytes)).rejects.toMatchObject({
        name: "MetadataError",
        code: "METADATA_UNKNOWN_FORMAT",
      })
    await expect(readMetadata(photo, { formats: ["png"] })).rejects.toBeInstanceOf(MetadataError)
    expect((await createReader([gifReader])(gifFile(4, 3))).width).toBe(4)
    await expect(createReader([gifReader])(photo)).rejects.toMatchObject({ code: "METADATA_UNKNOWN_FORMAT" })
  })

  test("reads only what is asked for; size and orientation always come", async () => {
    const none = await readMetadata(photo, { only: [] })
    expect(none).toEqual({
      format: "jpeg",
      mediaType: "image/jpeg",
      bytesRead: photo.length,
      width: 40,
      height: 30,
      bitDepth: 8,
      orientation: 6,
      dates: {},
      hidden: {},
      issues: [],
    })
    const xmp = await readMetadata(photo, { only: ["xmp"] })
    expect(Object.keys(xmp)).not.toContain("exif")
    expect(xmp.description?.title).toBe("Fish & ships")
  })

  test("reads the beginning of a Blob where that is enough, and all of it where it is not", async () => {
    const blob = new Blob([photo.slice(0, -2), new Uint8Array(1 << 20).fill(1), photo.slice(-2)])
    const part = await readMetadata(blob, { only: ["exif", "xmp"] })
    expect(part.bytesRead).toBeLessThan(200_000)
    expect(part).toMatchObject({ width: 40, camera: { make: "Kodiak" } })
    expect((await readMetadata(blob)).bytesRead).toBe(blob.size)
    const capped = await readMetadata(blob, { limits: { maxBlobBytes: 4000 } })
    expect(capped.bytesRead).toBe(4000)
    expect(capped.issues).toContainEqual({ code: "too-large", where: "file" })
  })

  test("gives plain data that can be cloned", async () => {
    const read = await readMetadata(photo)
    expect(structuredClone(read)).toEqual(read)
  })

  test("passes a signal's own reason on, and refuses limits that are no counts", async () => {
    const reason = new Error("stop")
    await expect(readMetadata(photo, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(readMetadata(photo, { limits: { maxParts: -1 } })).rejects.toBeInstanceOf(RangeError)
  })

  test("does not change its input, and reads a view with an offset", async () => {
    const whole = concatBytes([new Uint8Array(3), pngFile(7, 5), new Uint8Array(3)])
    const before = whole.slice()
    expect(await readMetadata(whole.subarray(3, -3))).toMatchObject({ width: 7, height: 5 })
    expect(whole).toEqual(before)
  })
})
