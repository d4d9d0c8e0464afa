import { afterAll, describe, expect, test } from "vitest"
import { canvasImages, connectImages, type PictureType } from "@darkslide/metadata/images"
import { imageTests, type Judge } from "./image-tests.ts"

// Chromium encodes pictures of a page when it is idle, and for that counts the frames that it draws: with none, each takes a second.
const drawing = setInterval(() => requestAnimationFrame(() => undefined), 16)
afterAll(() => clearInterval(drawing))

const judge: Judge = {
  async encode({ width, height, rgba }, type) {
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0)
    return new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.9 })).arrayBuffer())
  },
  async decode(bytes) {
    const bitmap = await createImageBitmap(new Blob([bytes as BlobPart]))
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext("2d")
    context?.drawImage(bitmap, 0, 0)
    return { width, height, rgba: context?.getImageData(0, 0, width, height).data ?? new Uint8Array() }
  },
}

describe("canvasImages()", () => {
  imageTests(async () => canvasImages(), judge)

  test.each(["image/jpeg", "image/png", "image/webp"] as const)("wide colours stay wide in %s", async (mediaType) => {
    const images = canvasImages()
    const p3 = await greenCanvas("display-p3", mediaType)
    const wide = await images.resize(p3, { width: 32, mediaType, quality: 1 })
    const [red = 255, green = 0, blue = 255] = await p3Numbers(wide.bytes)
    expect([red <= 12, green >= 243, blue <= 12]).toEqual([true, true, true])
    const srgb = await images.resize(await greenCanvas("srgb", mediaType), { width: 32, mediaType, quality: 1 })
    expect((await p3Numbers(srgb.bytes))[0]).toBeGreaterThan(80)
  })
})

describe("connectImages()", () => {
  const worker = new Worker(new URL("images-worker.ts", import.meta.url), { type: "module" })
  const images = connectImages(worker)
  imageTests(async () => images, judge)
})

async function greenCanvas(colorSpace: PredefinedColorSpace, type: PictureType): Promise<Blob> {
  const canvas = new OffscreenCanvas(64, 48)
  const context = canvas.getContext("2d", { colorSpace })
  if (!context) throw new Error("no canvas")
  context.fillStyle = colorSpace === "srgb" ? "rgb(0 255 0)" : "color(display-p3 0 1 0)"
  context.fillRect(0, 0, 64, 48)
  return await canvas.convertToBlob({ type, quality: 1 })
}

async function p3Numbers(bytes: Uint8Array): Promise<number[]> {
  const bitmap = await createImageBitmap(new Blob([bytes as BlobPart]))
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { colorSpace: "display-p3" })
  context?.drawImage(bitmap, 0, 0)
  return [...(context?.getImageData(8, 8, 1, 1, { colorSpace: "display-p3" }).data ?? [])]
}
