import { cameraError } from "./camera-error.ts"
import { within } from "./time-limit.ts"

/** A camera that gives no frame for so long has stopped. */
const frameLimitMs = 2000

/**
 * The next frame of a live stream, as large as the stream is. The caller closes it.
 * @throws CaptureError `CAPTURE_ENDED` when none comes within two seconds; the signal's reason when it aborts.
 */
export async function grabFrame(stream: MediaStream, signal?: AbortSignal): Promise<ImageBitmap> {
  const [track] = stream.getVideoTracks()
  if (!track || track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  return (await grabByImageCapture(track, signal)) ?? (await grabByVideo(stream, signal))
}

/** The one way that also works in a tab nobody looks at. `undefined` where the browser has none, or it fails. */
async function grabByImageCapture(track: MediaStreamTrack, signal?: AbortSignal): Promise<ImageBitmap | undefined> {
  if (typeof ImageCapture !== "function" || typeof ImageCapture.prototype.grabFrame !== "function") return undefined
  try {
    const grabbing = new ImageCapture(track).grabFrame()
    return await within(grabbing, { ms: frameLimitMs, signal, tooLate: (bitmap) => bitmap.close() })
  } catch (error) {
    if (signal?.aborted) throw error
    if (error instanceof DOMException && error.name !== "TimeoutError") return undefined
    throw cameraError("CAPTURE_ENDED", { cause: error })
  }
}

async function grabByVideo(stream: MediaStream, signal?: AbortSignal): Promise<ImageBitmap> {
  const video = document.createElement("video")
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  try {
    const frame = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()))
    await within(Promise.all([video.play(), frame]), { ms: frameLimitMs, signal })
    return await createImageBitmap(video)
  } catch (error) {
    if (signal?.aborted || !(error instanceof DOMException)) throw error
    throw cameraError("CAPTURE_ENDED", { cause: error })
  } finally {
    video.srcObject = null
  }
}
