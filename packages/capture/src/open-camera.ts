import type { Camera, CameraInfo, OpenCameraOptions } from "./camera.ts"
import { cameraError, checkCameraAccess, identifyCameraError } from "./camera-error.ts"
import type { CaptureError } from "./errors.ts"

/** The camera that was opened last; opening waits until its device is free, so that two never race for it. */
let current: Promise<Camera> | undefined

/**
 * Opens a camera, and closes the one that this page had open before. Sizes are wishes: the device gives what comes
 * nearest. Prompts the person once, when the browser has no answer yet.
 * @throws CaptureError with a `hint`; the signal's reason when it aborts (a camera that opens after that is closed).
 *
 * @example
 * ```ts no-run
 * await using camera = await openCamera({ facing: "environment" })
 * const photo = await takePhoto(camera)
 * ```
 */
export async function openCamera(options: OpenCameraOptions = {}): Promise<Camera> {
  options.signal?.throwIfAborted()
  checkCameraAccess()
  const before = current
  const opening = afterClosing(before, options)
  current = opening
  return await opening
}

async function afterClosing(before: Promise<Camera> | undefined, options: OpenCameraOptions): Promise<Camera> {
  const owner = await before?.catch(() => undefined)
  await owner?.close()
  const camera = cameraOf(await requestStream(options))
  if (options.signal?.aborted) {
    await camera.close()
    throw options.signal.reason
  }
  return camera
}

async function requestStream(options: OpenCameraOptions): Promise<MediaStream> {
  const { deviceId, facing, width = 1920, height = 1080 } = options
  const video: MediaTrackConstraints = {
    width: { ideal: width },
    height: { ideal: height },
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
    ...(facing && !deviceId ? { facingMode: { ideal: facing } } : {}),
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video })
  } catch (error) {
    // Asked for by id, a camera that is gone is "overconstrained": to a person it is not there.
    if (error instanceof Error && error.name === "OverconstrainedError" && deviceId)
      throw cameraError("CAPTURE_NOT_FOUND", error)
    throw await identifyCameraError(error)
  }
}

function cameraOf(stream: MediaStream): Camera {
  const [track] = stream.getVideoTracks()
  if (!track) throw cameraError("CAPTURE_NOT_FOUND")
  const settings = track.getSettings()
  const info: CameraInfo = { deviceId: settings.deviceId ?? "", label: track.label, groupId: settings.groupId ?? "" }
  const ended = Promise.withResolvers<CaptureError | undefined>()
  track.addEventListener("ended", () => void reasonOfEnd(info).then(ended.resolve), { once: true })
  const close = async () => {
    for (const each of stream.getTracks()) each.stop()
    ended.resolve(undefined)
  }
  return {
    info,
    stream,
    settings: { width: settings.width ?? 0, height: settings.height ?? 0, frameRate: settings.frameRate ?? 0 },
    ended: ended.promise,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function reasonOfEnd(info: CameraInfo): Promise<CaptureError> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  const stillThere = devices.some((device) => device.deviceId === info.deviceId)
  return cameraError(stillThere ? "CAPTURE_ENDED" : "CAPTURE_UNPLUGGED")
}
