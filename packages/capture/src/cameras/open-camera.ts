import type { Camera, OpenCameraOptions } from "./camera.ts"
import { cameraError, checkCameraAccess, identifyCameraError } from "./camera-error.ts"
import { cameraPermission } from "./camera-permission.ts"
import { findChoice, localCameraMemory } from "./camera-memory.ts"
import { checkWishes, constraintPlan, type WantedDevice } from "./camera-plan.ts"
import { systemClock } from "../clock.ts"
import { checkDenial, rememberDenial } from "./denial.ts"
import { CaptureError } from "../errors.ts"
import { listCameras } from "./list-cameras.ts"
import { OwnedCamera } from "./owned-camera.ts"
import { within } from "../time-limit.ts"

/** Every camera that this page has open. */
const owned = new Set<OwnedCamera>()
/** Whoever opens waits for whoever opened before: two never race for a device. */
let turn: Promise<unknown> = Promise.resolve()

/**
 * Opens a camera, and closes the ones that this page had open before unless they are to be kept. A device has one owner:
 * opening it again takes it over, without stopping it where the wishes are the same. Sizes are wishes: the device gives
 * what comes nearest, and `camera.relaxed` tells. Prompts the person once, when the browser has no answer yet, and never
 * again in a visit after a no.
 * @throws CaptureError with a `hint`; RangeError for an impossible size; the signal's reason when it aborts (a camera
 * that opens after that is closed).
 *
 * @example
 * ```ts no-run
 * await using camera = await openCamera({ facing: "environment" })
 * const photo = await takePhoto(camera)
 * ```
 */
export async function openCamera(options: OpenCameraOptions = {}): Promise<Camera> {
  options.signal?.throwIfAborted()
  checkWishes(options)
  checkCameraAccess()
  const opening = turn.then(() => openInTurn(options))
  turn = opening.catch(() => undefined)
  return await within(opening, { signal: options.signal, tooLate: (camera) => void camera.close() })
}

async function openInTurn(options: OpenCameraOptions): Promise<Camera> {
  options.signal?.throwIfAborted()
  await checkDenial()
  const device = await wantedDevice(options)
  const reused = [...owned].find((camera) => camera.serves(options, device))
  if (options.others !== "keep") await closeAll((camera) => camera !== reused)
  else if (device !== undefined)
    await closeAll((camera) => camera !== reused && camera.info.deviceId === device.deviceId)
  const stream = reused?.handOver() ?? (await requestRememberedStream(options, device))
  const camera = new OwnedCamera(stream, options, (closed) => owned.delete(closed))
  // The browser's own choice may be a device that is already in use here.
  await closeAll(({ info }) => info.deviceId === camera.info.deviceId)
  owned.add(camera)
  if (options.deviceId !== undefined && options.memory !== "none")
    await (options.memory ?? localCameraMemory).set(camera.info)
  return camera
}

async function closeAll(which: (camera: OwnedCamera) => boolean): Promise<void> {
  await Promise.all([...owned].filter(which).map((camera) => camera.close()))
}

/** The camera asked for by id; else, where no side is asked for, the remembered one. */
async function wantedDevice(options: OpenCameraOptions): Promise<WantedDevice | undefined> {
  const { deviceId, facing, memory = localCameraMemory } = options
  if (deviceId) return { deviceId, match: "exact" }
  const choice = facing !== undefined || memory === "none" ? undefined : await memory.get()
  if (choice === undefined || choice.deviceId === "") return undefined
  const found = findChoice(choice, await listCameras())
  return found ? { deviceId: found.deviceId, match: "exact" } : { deviceId: choice.deviceId, match: "ideal", choice }
}

/**
 * Devices have names only once a camera was allowed. Where the remembered one then turns out to be another than the one
 * that opened, it is opened in its place; but not where that could prompt a second time.
 */
async function requestRememberedStream(
  options: OpenCameraOptions,
  device: WantedDevice | undefined,
): Promise<MediaStream> {
  const stream = await requestStream(options, device)
  const [track] = stream.getVideoTracks()
  const found = device?.choice && findChoice(device.choice, await listCameras())
  if (found === undefined || found.deviceId === track?.getSettings().deviceId) return stream
  if ((await cameraPermission()) !== "granted") return stream
  track?.stop()
  return await requestStream(options, { deviceId: found.deviceId, match: "exact" })
}

async function requestStream(options: OpenCameraOptions, device: WantedDevice | undefined): Promise<MediaStream> {
  let refused: CaptureError | undefined
  for (const video of constraintPlan(options, device)) {
    try {
      return await requestFreeStream(video)
    } catch (error) {
      refused = identifyCameraError(error)
      await rememberDenial(refused)
      if (refused.code !== "CAPTURE_OVERCONSTRAINED") throw refused
    }
  }
  throw refused ?? cameraError("CAPTURE_OVERCONSTRAINED")
}

/** A device that was stopped a moment ago may still count as busy: the system frees it a little later. */
async function requestFreeStream(video: MediaTrackConstraints): Promise<MediaStream> {
  for (let triesLeft = 3; ; triesLeft--) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video })
    } catch (error) {
      const isBusy = identifyCameraError(error).code === "CAPTURE_BUSY"
      if (!isBusy || triesLeft === 0) throw error
      await systemClock.sleep(150)
    }
  }
}
