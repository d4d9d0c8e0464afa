import type { CameraInfo } from "./camera.ts"
import { checkCameraAccess } from "./camera-error.ts"

/**
 * The cameras that the browser lists now. Never prompts: before the first permission there is at most one entry, with an
 * empty label and id.
 * @throws CaptureError `CAPTURE_INSECURE`, `CAPTURE_UNSUPPORTED`, `CAPTURE_POLICY_BLOCKED`
 */
export async function listCameras(options: { signal?: AbortSignal | undefined } = {}): Promise<readonly CameraInfo[]> {
  checkCameraAccess()
  const devices = await navigator.mediaDevices.enumerateDevices()
  options.signal?.throwIfAborted()
  return devices
    .filter((device) => device.kind === "videoinput")
    .map(({ deviceId, label, groupId }) => ({ deviceId, label, groupId }))
}

/**
 * The cameras now, and again whenever one comes or goes; ends when the signal aborts. A list that was not read yet is
 * replaced by the newer one.
 */
export async function* watchCameras(options: { signal: AbortSignal }): AsyncGenerator<readonly CameraInfo[], void> {
  const { signal } = options
  checkCameraAccess()
  let changed = Promise.withResolvers<void>()
  const wake = () => changed.resolve()
  navigator.mediaDevices.addEventListener("devicechange", wake)
  signal.addEventListener("abort", wake)
  try {
    while (!signal.aborted) {
      changed = Promise.withResolvers<void>()
      yield await listCameras()
      if (!signal.aborted) await changed.promise
    }
  } finally {
    navigator.mediaDevices.removeEventListener("devicechange", wake)
    signal.removeEventListener("abort", wake)
  }
}
