import { MetadataError } from "../errors.ts"
import type { EncodeJob, ImageBackend, KnownPicture, Overlay, PictureType } from "./backend.ts"
import { fingerprintOf, type Fingerprint } from "./fingerprint.ts"
import { fitInside, placeMark, uprightSize, type MarkPosition, type Size } from "./geometry.ts"
import { readPictureFacts } from "./picture-facts.ts"

/** JPEG, PNG or WebP. */
export type Picture = Uint8Array | Blob

export interface PictureOptions {
  /** Width by height of the picture at most, by its headers, before it is decoded; 100 million by default. */
  readonly maxPixels?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface EncodeOptions extends PictureOptions {
  /** `image/jpeg` by default; there, what is transparent becomes white. */
  readonly mediaType?: PictureType | undefined
  /** 0 to 1, of JPEG and WebP; 0.8 by default. */
  readonly quality?: number | undefined
}

export interface ThumbnailOptions extends EncodeOptions {
  /** Of the longer side, at most; 320 by default. */
  readonly pixels?: number | undefined
}

export interface ResizeOptions extends EncodeOptions {
  /** Pixels at most; a side that is not named is free. */
  readonly width?: number | undefined
  readonly height?: number | undefined
}

export interface WatermarkOptions extends EncodeOptions {
  /** A line of text, 1 to 200 characters, or a picture, best a PNG. */
  readonly mark: { readonly text: string } | { readonly image: Picture }
  /** `bottom-right` by default. */
  readonly position?: MarkPosition | undefined
  /** All over the picture instead. */
  readonly tile?: boolean | undefined
  /** Above 0, up to 1; 0.6 by default. */
  readonly opacity?: number | undefined
  /** Height of the mark as a share of the picture's shorter side, above 0 and up to 1; 0.06 by default. */
  readonly size?: number | undefined
}

/** A new picture, upright, without metadata but its colour profile where colours are wide. */
export interface EncodedPicture extends Size {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly mediaType: PictureType
}

/**
 * What an application does with pictures. Every result stands upright, whatever the orientation says and the decoder does
 * about it, and nothing is ever enlarged.
 * @throws MetadataError `METADATA_UNKNOWN_FORMAT`, `METADATA_UNSUPPORTED`, `METADATA_MALFORMED`, `METADATA_LIMIT_EXCEEDED`,
 * `METADATA_UNREADABLE`
 * @throws RangeError for a size, share or quality that is none.
 */
export interface Images {
  thumbnail(picture: Picture, options?: ThumbnailOptions): Promise<EncodedPicture>
  resize(picture: Picture, options: ResizeOptions): Promise<EncodedPicture>
  /** Draws a visible mark. It can be cut off or painted over: it tells where a picture is from, and proves nothing. */
  watermark(picture: Picture, options: WatermarkOptions): Promise<EncodedPicture>
  fingerprint(picture: Picture, options?: PictureOptions): Promise<Fingerprint>
}

const defaultMaxPixels = 100_000_000
const types: readonly PictureType[] = ["image/jpeg", "image/png", "image/webp"]

/** The work that all backends share: limits, sizes, places. */
export function imagesOn(backend: ImageBackend): Images {
  return {
    async thumbnail(picture, { pixels = 320, ...options } = {}) {
      const side = checkedPixels(pixels)
      return await resized(backend, picture, { width: side, height: side }, options)
    },
    async resize(picture, { width, height, ...options }) {
      const box = { width: checkedPixels(width ?? Infinity), height: checkedPixels(height ?? Infinity) }
      return await resized(backend, picture, box, options)
    },
    async watermark(picture, options) {
      const { opacity = 0.6, size = 0.06, tile = false, position = "bottom-right", signal } = options
      for (const share of [opacity, size])
        if (!(share > 0 && share <= 1)) throw new RangeError("Cannot draw mark: opacity and size lie above 0, up to 1")
      const encoding = checkedEncoding(options)
      const known = await knownPicture(picture, options)
      const whole = uprightSize(known.facts, known.facts.orientation)
      const height = Math.max(1, Math.round(Math.min(whole.width, whole.height) * size))
      const mark = await drawnMark(backend, options, { height, whole })
      signal?.throwIfAborted()
      const margin = Math.round(height / 2)
      const overlay: Overlay = { ...mark, opacity, places: placeMark(whole, mark, { position, tile, margin }) }
      return await encoded(backend, known, { ...encoding, ...whole, overlay }, signal)
    },
    async fingerprint(picture, options = {}) {
      const known = await knownPicture(picture, options)
      const size = fitInside(uprightSize(known.facts, known.facts.orientation), { width: 100, height: 100 })
      const pixels = await untilAborted(backend.pixels(known, size, options.signal), options.signal)
      return fingerprintOf(pixels, size)
    },
  }
}

async function resized(
  backend: ImageBackend,
  picture: Picture,
  box: Size,
  options: EncodeOptions,
): Promise<EncodedPicture> {
  const encoding = checkedEncoding(options)
  const known = await knownPicture(picture, options)
  const size = fitInside(uprightSize(known.facts, known.facts.orientation), box)
  return await encoded(backend, known, { ...encoding, ...size }, options.signal)
}

async function encoded(
  backend: ImageBackend,
  picture: KnownPicture,
  job: EncodeJob,
  signal: AbortSignal | undefined,
): Promise<EncodedPicture> {
  const bytes = await untilAborted(backend.encode(picture, job, signal), signal)
  return { bytes, mediaType: job.mediaType, width: job.width, height: job.height }
}

/** The mark as a PNG of its size in the picture, never larger than that. */
async function drawnMark(
  backend: ImageBackend,
  { mark, maxPixels, signal }: WatermarkOptions,
  { height, whole }: { readonly height: number; readonly whole: Size },
): Promise<Size & { readonly png: Uint8Array }> {
  if ("text" in mark && (mark.text.trim() === "" || mark.text.length > 200))
    throw new RangeError("Cannot draw mark: its text has not 1 to 200 characters")
  const source = "text" in mark ? await backend.renderText(mark.text, height) : mark.image
  const known = await knownPicture(source, { maxPixels, signal })
  const upright = uprightSize(known.facts, known.facts.orientation)
  const size = fitInside(upright, { width: whole.width, height: "text" in mark ? whole.height : height })
  const png = await backend.encode(known, { ...size, mediaType: "image/png", quality: 1 }, signal)
  return { ...size, png }
}

async function knownPicture(picture: Picture, options: PictureOptions): Promise<KnownPicture> {
  const { maxPixels = defaultMaxPixels, signal } = options
  signal?.throwIfAborted()
  const bytes = picture instanceof Uint8Array ? picture : await readBlob(picture)
  return { bytes, maxPixels, facts: await readPictureFacts(bytes, checkedPixels(maxPixels), signal) }
}

async function readBlob(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer())
  } catch (cause) {
    throw new MetadataError("METADATA_UNREADABLE", "Cannot read picture: the file is gone or changed", { cause })
  }
}

function checkedEncoding({ mediaType = "image/jpeg", quality = 0.8 }: EncodeOptions): {
  readonly mediaType: PictureType
  readonly quality: number
} {
  if (!types.includes(mediaType)) throw new RangeError("Cannot encode picture: unknown media type")
  if (!(quality >= 0 && quality <= 1)) throw new RangeError("Cannot encode picture: quality is not between 0 and 1")
  return { mediaType, quality }
}

function checkedPixels(pixels: number): number {
  if (!(pixels >= 1)) throw new RangeError("Cannot use a size in pixels: it is below 1")
  return pixels
}

/** Decoders cannot be stopped: their result is dropped. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason as Error)
  signal.addEventListener("abort", abort, { once: true })
  try {
    if (signal.aborted) abort()
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener("abort", abort)
  }
}
