import { MetadataError } from "../errors.ts"
import type { EncodeJob, ImageBackend, KnownPicture } from "./backend.ts"
import type { Size } from "./geometry.ts"
import { imagesOn, type Images } from "./images.ts"

/**
 * Images by the browser's own decoders, `createImageBitmap` and `OffscreenCanvas`. Decoding a large picture takes long:
 * call it in a worker, see `serveImages`.
 */
export function canvasImages(): Images {
  return imagesOn(canvasBackend)
}

const canvasBackend: ImageBackend = {
  async encode(picture, job, signal) {
    const context = await draw(picture, job, signal)
    if (job.overlay) {
      const mark = await decode(new Blob([job.overlay.png as BlobPart], { type: "image/png" }))
      context.resetTransform()
      context.globalAlpha = job.overlay.opacity
      for (const { left, top } of job.overlay.places) context.drawImage(mark, left, top)
      mark.close()
    }
    signal?.throwIfAborted()
    return await encodeCanvas(context.canvas, job)
  },

  async pixels(picture, size, signal) {
    const context = await draw(picture, { ...size, mediaType: "image/png" }, signal)
    return context.getImageData(0, 0, size.width, size.height, { colorSpace: "srgb" }).data
  },

  async renderText(text, height) {
    const font = `600 ${height}px system-ui, sans-serif`
    const measure = contextOf({ width: 1, height: 1 }, "srgb")
    measure.font = font
    const edge = Math.max(1, height / 12)
    const width = Math.ceil(measure.measureText(text).width + 2 * edge)
    const context = contextOf({ width: Math.max(1, width), height: Math.ceil(height * 1.3 + 2 * edge) }, "srgb")
    context.font = font
    context.textBaseline = "middle"
    context.lineJoin = "round"
    context.lineWidth = 2 * edge
    context.strokeStyle = "rgb(0 0 0 / 60%)"
    context.strokeText(text, edge, context.canvas.height / 2)
    context.fillStyle = "white"
    context.fillText(text, edge, context.canvas.height / 2)
    return await encodeCanvas(context.canvas, { mediaType: "image/png", quality: 1 })
  },
}

/** Draws a picture upright at its new size; its transform is left turned. */
async function draw(
  picture: KnownPicture,
  job: Size & Pick<EncodeJob, "mediaType">,
  signal: AbortSignal | undefined,
): Promise<OffscreenCanvasRenderingContext2D> {
  const { facts } = picture
  const bitmap = await decode(withoutOrientation(picture))
  try {
    signal?.throwIfAborted()
    // A decoder that turns, or sees another size than the headers said, would make everything that follows wrong.
    if (bitmap.width !== facts.width || bitmap.height !== facts.height)
      throw new MetadataError("METADATA_MALFORMED", "Cannot decode picture: its size is not what its headers say")
    const context = contextOf(job, facts.wideColour ? "display-p3" : "srgb")
    if (job.mediaType === "image/jpeg") {
      context.fillStyle = "white"
      context.fillRect(0, 0, job.width, job.height)
    }
    context.setTransform(...turning(facts.orientation, job))
    const stored = facts.orientation >= 5 ? { width: job.height, height: job.width } : job
    context.drawImage(bitmap, 0, 0, stored.width, stored.height)
    return context
  } finally {
    bitmap.close()
  }
}

/**
 * Browsers differ in which formats they turn, and `imageOrientation: "none"` does not stop all of them: they are not told.
 * EXIF is left out of JPEG and PNG; in WebP, whose sizes would change, its chunk gets a name that nobody knows.
 */
function withoutOrientation({ bytes, facts }: KnownPicture): Blob {
  const exif = facts.walk.parts.filter(({ kind }) => kind === "exif")
  const type = `image/${facts.format}`
  if (facts.orientation === 1 || exif.length === 0) return new Blob([bytes as BlobPart], { type })
  if (facts.format === "webp") {
    const copy = bytes.slice()
    for (const { offset } of exif) copy.set([0x58, 0x58, 0x58, 0x58], offset)
    return new Blob([copy], { type })
  }
  const kept: BlobPart[] = []
  let at = 0
  for (const { offset, length } of exif) {
    kept.push(bytes.subarray(at, offset) as BlobPart)
    at = offset + length
  }
  return new Blob([...kept, bytes.subarray(at) as BlobPart], { type })
}

/** From stored axes to upright ones of this size (Exif 3.0, tag 0112). */
function turning(orientation: number, { width, height }: Size): [number, number, number, number, number, number] {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, width, 0]
    case 3:
      return [-1, 0, 0, -1, width, height]
    case 4:
      return [1, 0, 0, -1, 0, height]
    case 5:
      return [0, 1, 1, 0, 0, 0]
    case 6:
      return [0, 1, -1, 0, width, 0]
    case 7:
      return [0, -1, -1, 0, width, height]
    case 8:
      return [0, -1, 1, 0, 0, height]
    default:
      return [1, 0, 0, 1, 0, 0]
  }
}

async function decode(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob)
  } catch (cause) {
    throw new MetadataError("METADATA_MALFORMED", "Cannot decode picture: its pixels are broken", { cause })
  }
}

function contextOf({ width, height }: Size, colorSpace: PredefinedColorSpace): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { colorSpace })
  if (!context) throw new MetadataError("METADATA_UNSUPPORTED", "Cannot draw picture: there is no canvas of its size")
  context.imageSmoothingQuality = "high"
  return context
}

async function encodeCanvas(
  canvas: OffscreenCanvas,
  { mediaType, quality }: Pick<EncodeJob, "mediaType" | "quality">,
): Promise<Uint8Array<ArrayBuffer>> {
  let blob: Blob
  try {
    blob = await canvas.convertToBlob({ type: mediaType, quality })
  } catch (cause) {
    throw new MetadataError("METADATA_UNSUPPORTED", "Cannot encode picture: too large for this browser", { cause })
  }
  // A browser that lacks an encoder gives a PNG without a word.
  if (blob.type !== mediaType)
    throw new MetadataError("METADATA_UNSUPPORTED", `Cannot encode picture: this browser writes no ${mediaType}`)
  return new Uint8Array(await blob.arrayBuffer())
}
