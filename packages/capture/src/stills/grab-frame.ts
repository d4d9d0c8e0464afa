import { cameraError } from "../cameras/camera-error.ts"
import { within } from "../time-limit.ts"

/** A camera that gives no frame for so long has stopped. */
const frameLimitMs = 2000

/** The part of MediaStreamTrack Insertable Streams (W3C) that is used here; on `window` in Chromium alone. */
type TrackProcessor = new (init: { track: MediaStreamTrack; maxBufferSize: number }) => {
  readonly readable: ReadableStream<VideoFrame>
}

/**
 * The next frame of a live stream, as large as the stream is. The caller closes it.
 * @throws CaptureError `CAPTURE_ENDED` when none comes within two seconds; the signal's reason when it aborts.
 */
export async function grabFrame(stream: MediaStream, signal?: AbortSignal): Promise<ImageBitmap> {
  const [track] = stream.getVideoTracks()
  if (!track || track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: TrackProcessor }
  try {
    return MediaStreamTrackProcessor
      ? await readFrame(new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable, signal)
      : await showFrame(stream, signal)
  } catch (error) {
    if (signal?.aborted || !(error instanceof DOMException)) throw error
    throw cameraError("CAPTURE_ENDED", { cause: error })
  }
}

/**
 * The one way that also works in a tab nobody looks at. (`ImageCapture.grabFrame()` would, too, but where no frame comes
 * Chromium rejects it with `undefined`, or never.)
 */
async function readFrame(frames: ReadableStream<VideoFrame>, signal?: AbortSignal): Promise<ImageBitmap> {
  const reader = frames.getReader()
  const limit = { ms: frameLimitMs, signal, tooLate: discard }
  try {
    const read = await within(reader.read(), limit)
    if (read.value === undefined) throw cameraError("CAPTURE_ENDED")
    try {
      return await createImageBitmap(read.value)
    } finally {
      read.value.close()
    }
  } finally {
    await reader.cancel()
  }
}

/** A frame that nobody closes holds up the camera. */
function discard({ value }: ReadableStreamReadResult<VideoFrame>): void {
  value?.close()
}

async function showFrame(stream: MediaStream, signal?: AbortSignal): Promise<ImageBitmap> {
  const video = document.createElement("video")
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  try {
    const frame = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()))
    await within(Promise.all([video.play(), frame]), { ms: frameLimitMs, signal })
    return await createImageBitmap(video)
  } finally {
    video.srcObject = null
  }
}
