import type { Camera, Photo, TakePhotoOptions } from "./camera.ts"
import { cameraError } from "./camera-error.ts"
import { encodeJpeg } from "./encode-jpeg.ts"

/** The part of Image Capture (W3C) that is used here; not in every browser's types, nor in every browser. */
interface StillCamera {
  takePhoto(): Promise<Blob>
}

/**
 * Takes one picture: the camera's own still where the browser offers it, else the frame now in the preview. Always a
 * JPEG; what the camera gave in another type is encoded anew. Never mirrored.
 * @throws CaptureError such as `CAPTURE_ENDED`, `CAPTURE_READBACK_TAMPERED`; the signal's reason when it aborts.
 */
export async function takePhoto(camera: Camera, options: TakePhotoOptions = {}): Promise<Photo> {
  const { quality = 0.92, signal } = options
  signal?.throwIfAborted()
  const [track] = camera.stream.getVideoTracks()
  if (!track || track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  const takenAt = Date.now()
  const still = await takeStill(track)
  signal?.throwIfAborted()
  const photo = still ? await photoOfStill(still, quality) : await photoOfFrame(camera.stream, quality, signal)
  signal?.throwIfAborted()
  return { ...photo, takenAt }
}

/** `undefined` where there is no such camera feature, or the device fails at it: a frame serves then. */
async function takeStill(track: MediaStreamTrack): Promise<Blob | undefined> {
  const { ImageCapture } = globalThis as { ImageCapture?: new (track: MediaStreamTrack) => StillCamera }
  if (!ImageCapture) return undefined
  try {
    const blob = await new ImageCapture(track).takePhoto()
    return blob.size > 0 ? blob : undefined
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}

async function photoOfStill(still: Blob, quality: number): Promise<Omit<Photo, "takenAt">> {
  const bitmap = await createImageBitmap(still)
  try {
    const { width, height } = bitmap
    const blob = still.type === "image/jpeg" ? still : await encodeJpeg(bitmap, bitmap, quality)
    return { blob, width, height, source: "photo", sourceType: still.type }
  } finally {
    bitmap.close()
  }
}

async function photoOfFrame(
  stream: MediaStream,
  quality: number,
  signal: AbortSignal | undefined,
): Promise<Omit<Photo, "takenAt">> {
  const video = document.createElement("video")
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  try {
    await video.play()
    await firstFrame(video, signal)
    const size = { width: video.videoWidth, height: video.videoHeight }
    const blob = await encodeJpeg(video, size, quality)
    return { blob, ...size, source: "frame", sourceType: "image/jpeg" }
  } finally {
    video.srcObject = null
  }
}

/** Frames come within two seconds or the camera has stopped. */
async function firstFrame(video: HTMLVideoElement, signal: AbortSignal | undefined): Promise<void> {
  const limit = AbortSignal.timeout(2000)
  const frame = Promise.withResolvers<void>()
  video.requestVideoFrameCallback(() => frame.resolve())
  limit.addEventListener("abort", () => frame.reject(cameraError("CAPTURE_ENDED")), { once: true })
  signal?.addEventListener("abort", () => frame.reject(signal.reason), { once: true })
  await frame.promise
}
