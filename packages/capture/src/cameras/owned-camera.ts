import type { Camera, CameraInfo, Facing, OpenCameraOptions, RelaxedWish } from "./camera.ts"
import { controlsOf, type CameraControls } from "./camera-controls.ts"
import { cameraError } from "./camera-error.ts"
import { facingOf, relaxedWishes, type WantedDevice } from "./camera-plan.ts"
import type { CaptureError } from "../errors.ts"
import { within } from "../time-limit.ts"

/** A camera from its opening to its end, and what it was opened with. */
export class OwnedCamera implements Camera {
  readonly info: CameraInfo
  readonly stream: MediaStream
  readonly settings: Camera["settings"]
  readonly facing: Facing | undefined
  readonly relaxed: readonly RelaxedWish[]
  readonly controls: CameraControls
  readonly ended: Promise<CaptureError | undefined>
  readonly #track: MediaStreamTrack
  readonly #wishes: string
  readonly #end: (reason: CaptureError | undefined) => void

  constructor(stream: MediaStream, options: OpenCameraOptions, closed: (camera: OwnedCamera) => void) {
    const [track] = stream.getVideoTracks()
    if (!track) throw cameraError("CAPTURE_NOT_FOUND")
    const { deviceId = "", groupId = "", width = 0, height = 0, frameRate = 0 } = track.getSettings()
    const ended = Promise.withResolvers<CaptureError | undefined>()
    this.info = { deviceId, label: track.label, groupId }
    this.stream = stream
    this.settings = { width, height, frameRate }
    this.facing = facingOf(track)
    this.relaxed = relaxedWishes(options, track)
    this.controls = controlsOf(track)
    this.ended = ended.promise
    this.#track = track
    this.#wishes = wishesOf(options)
    this.#end = (reason) => {
      closed(this)
      ended.resolve(reason)
    }
    track.addEventListener("ended", () => void reasonOfEnd(this.info).then(this.#end), { once: true })
  }

  /** Whether this very device, as it runs, is what those options ask for. */
  serves(options: OpenCameraOptions, device: WantedDevice | undefined): boolean {
    if (this.#track.readyState === "ended" || this.#wishes !== wishesOf(options)) return false
    return device === undefined ? options.others !== "keep" : device.deviceId === this.info.deviceId
  }

  /** The same running device for another owner: this one is closed once that one exists. */
  handOver(): MediaStream {
    return new MediaStream([this.#track.clone()])
  }

  async close(): Promise<void> {
    for (const track of this.stream.getTracks()) track.stop()
    this.#end(undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function wishesOf({ width, height, frameRate, facing, panTiltZoom, insistOn }: OpenCameraOptions): string {
  return JSON.stringify([width, height, frameRate, facing, panTiltZoom, insistOn])
}

/** The list of devices may still hold a camera that was just pulled out: it is read again when it changes. */
async function reasonOfEnd(info: CameraInfo): Promise<CaptureError> {
  const isGone = await isMissing(info)
  if (isGone) return cameraError("CAPTURE_UNPLUGGED")
  const changed = Promise.withResolvers<void>()
  const wake = (): void => changed.resolve()
  navigator.mediaDevices.addEventListener("devicechange", wake)
  try {
    await within(changed.promise, { ms: 300 })
  } catch (error) {
    // Nothing changed: it is still there.
    if (!(error instanceof DOMException)) throw error
  } finally {
    navigator.mediaDevices.removeEventListener("devicechange", wake)
  }
  return cameraError((await isMissing(info)) ? "CAPTURE_UNPLUGGED" : "CAPTURE_ENDED")
}

/** A browser that took the permission back lists its cameras without ids: then none is known to be missing. */
async function isMissing({ deviceId }: CameraInfo): Promise<boolean> {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput")
  const isNamed = cameras.every((camera) => camera.deviceId !== "")
  return isNamed && !cameras.some((camera) => camera.deviceId === deviceId)
}
