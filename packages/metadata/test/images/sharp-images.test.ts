import sharp from "sharp"
import { describe, expect, test } from "vitest"
import { connectImages, serveImages } from "@darkslide/metadata/images"
import { sharpImages } from "@darkslide/metadata/images/node"
import { imageTests, type Judge } from "./image-tests.ts"

const judge: Judge = {
  async encode({ width, height, rgba }, type) {
    const raw = sharp(rgba, { raw: { width, height, channels: 4 } })
    const quality = 90
    const encoder =
      type === "image/jpeg" ? raw.jpeg({ quality }) : type === "image/webp" ? raw.webp({ quality }) : raw.png()
    return new Uint8Array(await encoder.toBuffer())
  },
  async decode(bytes) {
    const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, rgba: data }
  },
}

describe("sharpImages()", () => {
  imageTests(sharpImages, judge)

  test.each(["image/jpeg", "image/png", "image/webp"] as const)("wide colours stay wide in %s", async (mediaType) => {
    const images = await sharpImages()
    const rgba = new Uint8Array(64 * 48 * 4).map((_, i) => [0, 255, 0, 255][i % 4] ?? 0)
    const srgb = sharp(rgba, { raw: { width: 64, height: 48, channels: 4 } })
    // Display P3's green, which sRGB cannot say: its profile is put on pixels that keep their numbers.
    const p3 = await srgb
      .png()
      .toBuffer()
      .then(async (png) => await withP3(png))
    expect(await numbers(p3)).toEqual([0, 255, 0])
    for (const options of [{}, { tile: true }]) {
      const { bytes } =
        "tile" in options
          ? await images.watermark(p3, { mark: { text: "i" }, size: 0.2, mediaType, quality: 1 })
          : await images.resize(p3, { width: 32, mediaType, quality: 1 })
      const [red = 255, green = 0, blue = 255] = await numbers(bytes)
      expect([red <= 8, green >= 247, blue <= 8]).toEqual([true, true, true])
      expect((await sharp(bytes).metadata()).icc?.length).toBeGreaterThan(0)
    }
    const plain = await images.resize(await srgb.png().toBuffer(), { width: 32, mediaType })
    expect((await sharp(plain.bytes).metadata()).icc).toBeUndefined()
  })

  test("metadata does not come along", async () => {
    const images = await sharpImages()
    const source = await sharp({ create: { width: 50, height: 50, channels: 3, background: "red" } })
      .withExif({ IFD0: { Artist: "CANARY-artist" } })
      .jpeg()
      .toBuffer()
    expect(source.includes("CANARY-artist")).toBe(true)
    const { bytes } = await images.thumbnail(source)
    expect(Buffer.from(bytes).includes("CANARY")).toBe(false)
  })
})

describe("connectImages()", () => {
  const { port1, port2 } = new MessageChannel()
  let connected: Promise<ReturnType<typeof connectImages>> | undefined
  imageTests(async () => {
    connected ??= sharpImages().then((images) => {
      serveImages(port1, images)
      return connectImages(port2)
    })
    return await connected
  }, judge)
})

/** Says that the numbers of a PNG are Display P3: sharp's own profile, whose pixels are then made what they were. */
async function withP3(png: Buffer): Promise<Uint8Array> {
  const raw = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const wide = await sharp(raw.data, { raw: raw.info }).withIccProfile("p3").png().toBuffer()
  const profile = (await sharp(wide).metadata()).icc
  if (!profile) throw new Error("sharp wrote no profile")
  const { pngWithProfile } = await import("./with-profile.ts")
  return pngWithProfile(await sharp(raw.data, { raw: raw.info }).png().toBuffer(), profile)
}

async function numbers(bytes: Uint8Array): Promise<number[]> {
  return [...(await sharp(bytes, { ignoreIcc: true }).removeAlpha().raw().toBuffer()).subarray(0, 3)]
}
