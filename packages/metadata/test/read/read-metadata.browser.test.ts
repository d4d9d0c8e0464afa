import { readMetadata, scrubMetadata } from "@darkslide/metadata"
import { expect, test } from "vitest"

test.each(["jpeg", "png", "webp"] as const)("a page loads the code of %s with the first file of it", async (format) => {
  const canvas = new OffscreenCanvas(40, 30)
  canvas.getContext("2d")?.fillRect(4, 3, 20, 10)
  const file = await canvas.convertToBlob({ type: `image/${format}` })
  expect(await readMetadata(file)).toMatchObject({ format, width: 40, height: 30, hidden: {}, issues: [] })
  const { bytes } = await scrubMetadata(new Uint8Array(await file.arrayBuffer()))
  expect(await readMetadata(bytes)).toMatchObject({ format, width: 40, height: 30 })
})
