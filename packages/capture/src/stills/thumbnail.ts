import { encodeJpeg } from "./encode-jpeg.ts"

/** The longer side of a thumbnail, in pixels. */
export const thumbnailPixels = 320

/** A JPEG of at most {@link thumbnailPixels} on its longer side, upright. @throws CaptureError as `takePhoto` */
export async function makeThumbnail(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture)
  try {
    const scale = Math.min(1, thumbnailPixels / Math.max(bitmap.width, bitmap.height))
    const width = Math.max(1, Math.round(bitmap.width * scale))
    const height = Math.max(1, Math.round(bitmap.height * scale))
    return await encodeJpeg(bitmap, { width, height }, 0.8)
  } finally {
    bitmap.close()
  }
}
