import { expect, test } from "vitest"
import { coarsenLocation, readMetadata } from "@darkslide/metadata"
import { exifBlock } from "../fixtures/exif-block.ts"
import { exifSegment, jpegFile, pngFile, xmpSegment } from "../fixtures/files.ts"
import { xmpPacket } from "../fixtures/packets.ts"
import { sampleExif } from "../fixtures/sample-exif.ts"
import { holds, join } from "../scrub/fixtures/bytes.ts"

const packet = xmpPacket("", ' exif:GPSLatitude="48,51.4933N" exif:GPSLongitude="2,17.67W"')
const comment = { undefined: join("ASCII\0\0\0", "near CANARY street") }

test("coarsenLocation() rounds the place, and leaves none that is finer", async () => {
  const block = exifBlock({ ...sampleExif, photo: { ...sampleExif.photo, 0x9286: comment } })
  const { bytes } = await coarsenLocation(jpegFile(40, 30, exifSegment(block), xmpSegment(packet)), { decimals: 2 })
  const { location, xmp, camera } = await readMetadata(bytes)
  expect(location).toMatchObject({ latitude: 48.86, longitude: -2.29, source: "exif" })
  expect(location).not.toHaveProperty("altitudeMeters")
  expect(xmp).toEqual({})
  expect(camera?.make).toBe("Kodiak")
  expect(holds(bytes, "CANARY")).toBe(false)
})

test("coarsenLocation() takes a place that only XMP names", async () => {
  const { bytes } = await coarsenLocation(jpegFile(40, 30, xmpSegment(packet)), { decimals: 0 })
  expect((await readMetadata(bytes)).location).toMatchObject({ latitude: 49, longitude: -2, source: "exif" })
})

test("coarsenLocation() of a file without a place writes none", async () => {
  const file = pngFile(40, 30)
  expect(await coarsenLocation(file, { decimals: 1 })).toEqual({ bytes: file, format: "png", written: [] })
})

test.each([-1, 6, 1.5, Number.NaN])("coarsenLocation() refuses %d decimals", async (decimals) => {
  await expect(coarsenLocation(pngFile(40, 30), { decimals })).rejects.toThrow(RangeError)
})
