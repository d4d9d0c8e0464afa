import { describe, expect, test } from "vitest"
import { dhashDistance, type Images, type Picture, type PictureType } from "@darkslide/metadata/images"
import { pngHeader, withOrientation } from "./with-exif.ts"

/** Straight RGBA in sRGB. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array | Uint8ClampedArray
}

/** What makes and judges pictures: not the code under test. */
export interface Judge {
  encode(pixels: Pixels, type: PictureType): Promise<Uint8Array>
  /** As a viewer that knows no orientation shows it. */
  decode(bytes: Uint8Array): Promise<Pixels>
}

type Colour = readonly [number, number, number]

const red: Colour = [230, 20, 20]
const green: Colour = [20, 200, 20]
const blue: Colour = [20, 20, 230]
const yellow: Colour = [240, 230, 20]
const types: readonly PictureType[] = ["image/jpeg", "image/png", "image/webp"]
const orientations = [1, 2, 3, 4, 5, 6, 7, 8]
const upright = { width: 96, height: 64 }

function quarters(x: number, y: number): Colour {
  if (y < upright.height / 2) return x < upright.width / 2 ? red : green
  return x < upright.width / 2 ? blue : yellow
}

/** Has a slope everywhere, so that no bit of a difference hash is left to chance. */
function waves(x: number, y: number): Colour {
  const level = 128 + 100 * Math.sin(x / 11 + y / 17) + 20 * Math.sin(y / 5)
  return [level, level, 255 - level]
}

/** A picture as each orientation stores it (Exif 3.0, tag 0112). */
function stored(orientation: number, colourOf: (x: number, y: number) => Colour = quarters): Pixels {
  const { width: w, height: h } = upright
  const [width, height] = orientation >= 5 ? [h, w] : [w, h]
  const rgba = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [seenX, seenY] = seenAt(orientation, x, y)
      rgba.set([...colourOf(seenX, seenY), 255], (y * width + x) * 4)
    }
  return { width, height, rgba }
}

/** Which pixel of the upright picture is stored at x, y. */
function seenAt(orientation: number, x: number, y: number): readonly [number, number] {
  const [right, bottom] = [upright.width - 1, upright.height - 1]
  const places: readonly (readonly [number, number])[] = [
    [x, y],
    [right - x, y],
    [right - x, bottom - y],
    [x, bottom - y],
    [y, x],
    [right - y, x],
    [right - y, bottom - x],
    [y, bottom - x],
  ]
  return places[orientation - 1] ?? [x, y]
}

function colourAt({ width, height, rgba }: Pixels, x: number, y: number): Colour {
  const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4
  return [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0]
}

function expectNear(seen: Colour, wanted: Colour, tolerance = 40): void {
  for (const [i, value] of wanted.entries()) expect(Math.abs((seen[i] ?? 0) - value)).toBeLessThanOrEqual(tolerance)
}

function expectUpright(picture: Pixels): void {
  expectNear(colourAt(picture, 0.25, 0.2), red)
  expectNear(colourAt(picture, 0.75, 0.2), green)
  expectNear(colourAt(picture, 0.25, 0.6), blue)
  expectNear(colourAt(picture, 0.75, 0.6), yellow)
}

/** What both backends do. */
export function imageTests(open: () => Promise<Images>, judge: Judge): void {
  const picture = async (type: PictureType, orientation: number): Promise<Uint8Array> =>
    withOrientation(await judge.encode(stored(orientation), type), type, orientation)

  describe.each(types)("%s", (type) => {
    test.each(orientations)("orientation %i comes out upright", async (orientation) => {
      const images = await open()
      const source = await picture(type, orientation)
      const thumbnail = await images.thumbnail(source, { pixels: 48 })
      expect([thumbnail.width, thumbnail.height, thumbnail.mediaType]).toEqual([48, 32, "image/jpeg"])
      const small = await judge.decode(thumbnail.bytes)
      expect([small.width, small.height]).toEqual([48, 32])
      expectUpright(small)

      const resized = await images.resize(source, { height: 50, mediaType: type })
      expect([resized.width, resized.height, resized.mediaType]).toEqual([75, 50, type])
      expectUpright(await judge.decode(resized.bytes))

      const black = await judge.encode(
        { width: 8, height: 8, rgba: new Uint8Array(256).fill(0).map((_, i) => (i % 4 === 3 ? 255 : 0)) },
        "image/png",
      )
      const marked = await images.watermark(source, {
        mark: { image: black },
        position: "bottom-left",
        opacity: 1,
        size: 0.1,
        mediaType: "image/png",
      })
      const seen = await judge.decode(marked.bytes)
      expect([seen.width, seen.height]).toEqual([96, 64])
      expectUpright(seen)
      // A mark of 6 pixels, 3 from the edges.
      expectNear(colourAt(seen, 6 / 96, 58 / 64), [0, 0, 0])
      expectNear(colourAt(seen, 90 / 96, 58 / 64), yellow)
      expectNear(colourAt(seen, 6 / 96, 6 / 64), red)
      expectNear(colourAt(seen, 90 / 96, 6 / 64), green)
    })

    test("fingerprints are of the upright picture", async () => {
      const images = await open()
      const prints = await Promise.all(
        orientations.map(async (orientation) => {
          const source = await judge.encode(stored(orientation, waves), type)
          return await images.fingerprint(withOrientation(source, type, orientation))
        }),
      )
      for (const { dhash, thumbhash } of prints) {
        expect(dhash).toMatch(/^[0-9a-f]{16}$/)
        expect(dhashDistance(dhash, prints[0]?.dhash ?? "")).toBeLessThanOrEqual(4)
        expect(thumbhash).toHaveLength(prints[0]?.thumbhash.length ?? 0)
      }
    })
  })

  test("nothing is enlarged, and a Blob is read", async () => {
    const images = await open()
    const source = new Blob([(await picture("image/png", 6)) as BlobPart])
    const { width, height } = await images.resize(source, { width: 5000 })
    expect([width, height]).toEqual([96, 64])
  })

  test("what is transparent becomes white in a JPEG, and stays in a PNG", async () => {
    const images = await open()
    const clear = { width: 20, height: 20, rgba: new Uint8Array(1600) }
    const source = await judge.encode(clear, "image/png")
    const jpeg = await judge.decode((await images.thumbnail(source)).bytes)
    expectNear(colourAt(jpeg, 0.5, 0.5), [255, 255, 255], 3)
    const png = await judge.decode((await images.thumbnail(source, { mediaType: "image/png" })).bytes)
    expect(png.rgba[3]).toBe(0)
  })

  test("a mark of text shows where it is put, and tiled all over", async () => {
    const images = await open()
    const grey = {
      width: 400,
      height: 300,
      rgba: new Uint8Array(480_000).fill(128).map((v, i) => (i % 4 === 3 ? 255 : v)),
    }
    const source = await judge.encode(grey, "image/png")
    const changed = async (options: { tile?: boolean; position?: "top-right" }): Promise<Set<string>> => {
      const mark = { text: 'Ö <b>&"' }
      const { bytes } = await images.watermark(source, {
        mark,
        opacity: 0.9,
        size: 0.08,
        mediaType: "image/png",
        ...options,
      })
      const { rgba, width } = await judge.decode(bytes)
      const fields = new Set<string>()
      for (let i = 0; i < rgba.length; i += 4)
        if (Math.abs((rgba[i] ?? 0) - 128) > 60) {
          const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)]
          fields.add(`${Math.floor(x / 200)},${Math.floor(y / 150)}`)
        }
      return fields
    }
    expect([...(await changed({ position: "top-right" }))]).toEqual(["1,0"])
    expect((await changed({ tile: true })).size).toBe(4)
  })

  test("a bomb is refused by its headers, before it is decoded", async () => {
    const images = await open()
    const large = pngHeader(65_535, 65_535)
    const works: ((of: Picture) => Promise<unknown>)[] = [
      async (of) => await images.thumbnail(of),
      async (of) => await images.resize(of, { width: 10 }),
      async (of) => await images.watermark(of, { mark: { text: "x" } }),
      async (of) => await images.fingerprint(of),
    ]
    for (const work of works) await expect(work(large)).rejects.toMatchObject({ code: "METADATA_LIMIT_EXCEEDED" })
    const source = await picture("image/jpeg", 1)
    await expect(images.thumbnail(source, { maxPixels: 96 * 64 - 1 })).rejects.toMatchObject({
      code: "METADATA_LIMIT_EXCEEDED",
    })
    await expect(images.watermark(source, { mark: { image: large } })).rejects.toMatchObject({
      code: "METADATA_LIMIT_EXCEEDED",
    })
    expect((await images.thumbnail(source, { maxPixels: 96 * 64 })).width).toBe(96)
  })

  test("bytes that are no picture are refused with a code", async () => {
    const images = await open()
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(), "METADATA_UNKNOWN_FORMAT"],
      [new TextEncoder().encode("not a picture at all"), "METADATA_UNKNOWN_FORMAT"],
      [new TextEncoder().encode("GIF89a"), "METADATA_UNSUPPORTED"],
      [new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), "METADATA_MALFORMED"],
      [pngHeader(0, 10), "METADATA_MALFORMED"],
      [pngHeader(10, 10), "METADATA_MALFORMED"],
    ]
    for (const [bytes, code] of cases) await expect(images.thumbnail(bytes)).rejects.toMatchObject({ code })
  })

  test("an abort is told at once", async () => {
    const images = await open()
    const source = await picture("image/jpeg", 6)
    const reason = new Error("enough")
    await expect(images.thumbnail(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const work = images.resize(source, { width: 10, signal: controller.signal })
    controller.abort(reason)
    await expect(work).rejects.toBe(reason)
  })

  test("a size, a share or a quality that is none is the caller's mistake", async () => {
    const images = await open()
    const source = await picture("image/png", 1)
    const mark = { text: "x" }
    const mistakes: (() => Promise<unknown>)[] = [
      async () => await images.thumbnail(source, { pixels: 0 }),
      async () => await images.resize(source, { width: Number.NaN }),
      async () => await images.thumbnail(source, { quality: 1.1 }),
      async () => await images.watermark(source, { mark, opacity: 0 }),
      async () => await images.watermark(source, { mark, size: 2 }),
      async () => await images.watermark(source, { mark: { text: " " } }),
    ]
    for (const mistake of mistakes) await expect(mistake()).rejects.toThrow(RangeError)
  })
}
