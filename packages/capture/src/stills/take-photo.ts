import type { Camera } from "../cameras/camera.ts"
import { cameraError } from "../cameras/camera-error.ts"
import { encodePicture } from "./encode-picture.ts"
import { grabFrame } from "./grab-frame.ts"
import type { Photo, PictureType, TakePhotoOptions } from "./photo.ts"
import { pictureType } from "./picture-type.ts"
import { within } from "../time-limit.ts"

interface Encoding {
  readonly type: PictureType
  readonly quality: number
}

/** A still as the camera gave it: real bytes, real type, real size. */
interface Still {
  readonly blob: Blob
  readonly type: string
  readonly bitmap: ImageBitmap
  readonly largest: Photo["largest"]
}

/** A phone that focuses and fires its flash takes two or three seconds. */
const stillLimitMs = 10_000

/**
 * Takes one picture: the camera's own still at full sensor size where the browser offers it, else the next frame of the
 * preview. Bytes that the camera gave in the wanted type are kept as they are; others are encoded anew. Size and type are
 * read from the picture, never from what was asked for. Never mirrored.
 * @throws CaptureError such as `CAPTURE_ENDED`, `CAPTURE_READBACK_TAMPERED`, `CAPTURE_UNSUPPORTED` (a browser that does
 * not write the type); RangeError for a quality outside of 0 to 1; the signal's reason when it aborts.
 */
export async function takePhoto(camera: Camera, options: TakePhotoOptions = {}): Promise<Photo> {
  const { type = "image/jpeg", quality = 0.92, from = "still", signal } = options
  if (!(quality >= 0 && quality <= 1)) throw new RangeError(`Cannot take photo: quality ${quality} is not 0 to 1`)
  signal?.throwIfAborted()
  const [track] = camera.stream.getVideoTracks()
  if (!track || track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  const takenAt = Date.now()
  const still = from === "still" ? await takeStill(track, signal) : undefined
  const photo = still
    ? await photoOfStill(still, { type, quality })
    : await photoOfFrame(await grabFrame(camera.stream, signal), { type, quality })
  signal?.throwIfAborted()
  return { ...photo, takenAt }
}

/** `undefined` where there is no such camera feature, or the device fails at it: a frame serves then. */
async function takeStill(track: MediaStreamTrack, signal: AbortSignal | undefined): Promise<Still | undefined> {
  if (typeof ImageCapture !== "function") return undefined
  const capture = new ImageCapture(track)
  const limit = { ms: stillLimitMs, signal }
  const largest = await orNothing(within(largestStill(capture), limit), signal)
  const settings = largest && { imageWidth: largest.width, imageHeight: largest.height }
  const blob =
    (settings && (await orNothing(within(capture.takePhoto(settings), limit), signal))) ??
    (await orNothing(within(capture.takePhoto(), limit), signal))
  const bitmap = blob && (await orNothing(createImageBitmap(blob), signal))
  return blob && bitmap && { blob, type: (await pictureType(blob)) ?? blob.type, bitmap, largest }
}

/** What a device refuses (DOMException) is done another way; what a signal ended is not. */
async function orNothing<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DOMException && !signal?.aborted) return undefined
    throw error
  }
}

async function largestStill(capture: ImageCapture): Promise<Photo["largest"]> {
  const { imageWidth, imageHeight } = await capture.getPhotoCapabilities()
  const [width, height] = [imageWidth?.max ?? 0, imageHeight?.max ?? 0]
  return width > 0 && height > 0 ? { width, height } : undefined
}

async function photoOfStill(still: Still, encoding: Encoding): Promise<Omit<Photo, "takenAt">> {
  const { bitmap, largest, type: sourceType } = still
  try {
    const { width, height } = bitmap
    const blob =
      sourceType === encoding.type
        ? new Blob([still.blob], { type: sourceType })
        : await encodePicture(bitmap, { ...encoding, width, height })
    return { blob, width, height, source: "photo", sourceType, largest }
  } finally {
    bitmap.close()
  }
}

async function photoOfFrame(frame: ImageBitmap, encoding: Encoding): Promise<Omit<Photo, "takenAt">> {
  try {
    const { width, height } = frame
    const blob = await encodePicture(frame, { ...encoding, width, height })
    return { blob, width, height, source: "frame", sourceType: encoding.type }
  } finally {
    frame.close()
  }
}
