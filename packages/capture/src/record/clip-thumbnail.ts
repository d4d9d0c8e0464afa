import { encodeJpeg } from "../stills/encode-jpeg.ts"
import { CaptureError } from "../errors.ts"
import { thumbnailPixels } from "../stills/thumbnail.ts"

/** A clip that shows nothing within this time will not. */
const limitMs = 10_000

/**
 * A JPEG of a clip's first frame, at most {@link thumbnailPixels} on its longer side; `undefined` where the browser cannot
 * play it or falsifies pixels.
 */
export async function clipThumbnail(clip: Blob): Promise<Blob | undefined> {
  const video = document.createElement("video")
  video.muted = true
  video.preload = "auto"
  const url = URL.createObjectURL(clip)
  try {
    const loaded = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => loaded.resolve(false), limitMs)
    video.onloadeddata = () => loaded.resolve(true)
    video.onerror = () => loaded.resolve(false)
    video.src = url
    const isLoaded = await loaded.promise
    clearTimeout(timer)
    return isLoaded ? await drawn(video) : undefined
  } finally {
    video.removeAttribute("src")
    video.load()
    URL.revokeObjectURL(url)
  }
}

async function drawn(video: HTMLVideoElement): Promise<Blob | undefined> {
  const { videoWidth, videoHeight } = video
  const scale = Math.min(1, thumbnailPixels / Math.max(videoWidth, videoHeight))
  const size = {
    width: Math.max(1, Math.round(videoWidth * scale)),
    height: Math.max(1, Math.round(videoHeight * scale)),
  }
  try {
    return await encodeJpeg(video, size, 0.8)
  } catch (error) {
    // A browser that falsifies pixels: the clip is as good without a thumbnail.
    if (error instanceof CaptureError) return undefined
    throw error
  }
}
