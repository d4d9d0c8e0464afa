import { makeThumbnail } from "@darkslide/capture"
import type { ImageMetadata } from "@darkslide/metadata"
import type { Images } from "@darkslide/metadata/images"
import { FileError } from "./file-error.ts"

/** What is done with pixels: in a worker where our own code knows the format, else by the browser's decoders. */
export interface Pictures {
  /** JPEG, PNG and WebP. */
  readonly images: Images
  /** A JPEG of at most 320 pixels; a drawn sign where this browser cannot decode the file. */
  thumbnail(file: Blob, metadata: ImageMetadata, signal?: AbortSignal): Promise<Blob>
  /** The picture as a new JPEG, upright, without anything but its pixels. Rejects with `FILE_UNDRAWABLE`. */
  redraw(file: Blob, metadata: ImageMetadata): Promise<Blob>
}

/** Width by height at most, by the file's own headers, before a browser decodes it. */
const maxPixels = 100_000_000
const ownFormats = ["jpeg", "png", "webp"]

/** @param start - Called once, when pixels are first asked for. */
export function picturesOver(start: () => Images): Pictures {
  let started: Images | undefined
  const images = (): Images => (started ??= start())
  return {
    get images() {
      return images()
    },
    async thumbnail(file, metadata, signal) {
      const drawn = await draw(file, metadata, signal).catch(() => {
        signal?.throwIfAborted()
        // Whatever cannot be decoded is as safe with a sign for a thumbnail.
        return undefined
      })
      return drawn ?? (await sign(metadata.format))
    },
    async redraw(file, metadata) {
      checkPixels(metadata)
      try {
        const picture = await shownByBrowser(file)
        const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight)
        const context = canvas.getContext("2d")
        if (!context) throw new FileError("FILE_UNDRAWABLE", "Cannot draw file: no canvas")
        context.fillStyle = "white"
        context.fillRect(0, 0, canvas.width, canvas.height)
        context.drawImage(picture, 0, 0)
        return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 })
      } catch (cause) {
        throw new FileError("FILE_UNDRAWABLE", "Cannot draw file: this browser does not decode it", { cause })
      }
    },
  }

  async function draw(file: Blob, metadata: ImageMetadata, signal: AbortSignal | undefined): Promise<Blob | undefined> {
    if (metadata.mediaType.startsWith("video/")) {
      const { clipThumbnail } = await import("@darkslide/capture/record")
      return await clipThumbnail(file)
    }
    if (ownFormats.includes(metadata.format)) {
      const { bytes, mediaType } = await images().thumbnail(file, { signal })
      return new Blob([bytes], { type: mediaType })
    }
    checkPixels(metadata)
    return await makeThumbnail(file)
  }
}

/** An `<img>` shows what it can of a file that is damaged; `createImageBitmap` refuses it whole. */
async function shownByBrowser(file: Blob): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = URL.createObjectURL(file)
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve
      image.onerror = reject
    })
    return image
  } finally {
    URL.revokeObjectURL(image.src)
  }
}

function checkPixels({ width, height }: ImageMetadata): void {
  if (width === undefined || height === undefined || width * height > maxPixels)
    throw new FileError("FILE_UNDRAWABLE", "Cannot draw file: its size is unknown or too large")
}

async function sign(format: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(320, 240)
  const context = canvas.getContext("2d")
  if (!context) throw new FileError("FILE_UNDRAWABLE", "Cannot draw sign: no canvas")
  context.fillStyle = "#272019"
  context.fillRect(0, 0, 320, 240)
  context.fillStyle = "#bfb2a6"
  context.font = "600 44px system-ui, sans-serif"
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.fillText(format.toUpperCase(), 160, 120)
  return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })
}
