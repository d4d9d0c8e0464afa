import sharp from "sharp"
import { sharpImages } from "@darkslide/metadata/images/node"
import { compare, printRows, type BenchRow } from "../../../tools/bench/bench.ts"
import { openWorkerPage } from "../../../tools/bench/worker-page.ts"

const size = { width: 3264, height: 2448 }
const thumbnailPixels = 480

/** A thumbnail of 8 megapixels: our cost over bare sharp, and how close Chromium comes to a Lanczos filter. */
export async function imagesBench(): Promise<void> {
  const photo = await photograph()
  const images = await sharpImages()
  const row = await compare({
    name: `thumbnail of ${size.width} x ${size.height}`,
    runs: 8,
    goal: 0.9,
    peerName: "sharp",
    ours: async () => await images.thumbnail(photo, { pixels: thumbnailPixels }),
    peer: async () => await sharp(photo).autoOrient().resize(thumbnailPixels).jpeg({ quality: 80 }).toBuffer(),
  })
  printRows([row, await likeness(photo)])
}

/** PSNR of Chromium's thumbnail against sharp's Lanczos filter over every pixel, both without a codec's loss. */
async function likeness(photo: Buffer): Promise<BenchRow> {
  await using chromium = await openWorkerPage(new URL("chromium/thumbnail-worker.ts", import.meta.url))
  const message = { photo: photo.toString("base64"), pixels: thumbnailPixels }
  const png = Buffer.from(await chromium.ask<string>(message), "base64")
  const ours = await sharp(png).removeAlpha().raw().toBuffer()
  const exact = { fastShrinkOnLoad: false, kernel: "lanczos3" } as const
  const lanczos = await sharp(photo).resize(thumbnailPixels, null, exact).removeAlpha().raw().toBuffer()
  const decibels = psnr(ours, lanczos)
  return {
    name: "Chromium worker: thumbnail",
    ours: decibels,
    peer: 36,
    peerName: "goal, against lanczos3",
    unit: "dB PSNR",
    ratio: decibels / 36,
    goal: 1,
  }
}

function psnr(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new Error(`Cannot compare pictures of ${a.length} and ${b.length} bytes`)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2
  return 10 * Math.log10((255 * 255 * a.length) / sum)
}

/** Soft ground, sharp edges and grain, the same every time: what a lens leaves. */
export async function photograph(): Promise<Buffer> {
  const { width, height } = size
  const rgb = Buffer.alloc(width * height * 3)
  let state = 1
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
      const grain = (state >> 16) % 12
      const edge = Math.hypot((x % 400) - 200, (y % 300) - 150) < 90 ? 70 : 0
      const level = 90 + 50 * Math.sin(x / 131 + y / 97) + 25 * Math.sin(y / 11) + edge + grain
      rgb[at++] = level
      rgb[at++] = level * 0.9 + 10
      rgb[at++] = 200 - level * 0.6
    }
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer()
}
