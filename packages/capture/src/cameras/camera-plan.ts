import type { CameraWish, Facing, OpenCameraOptions, RelaxedWish } from "./camera.ts"
import type { CameraChoice } from "./camera-memory.ts"

/** Which device to ask for: exactly this one, rather this one, or whichever fits. */
export interface WantedDevice {
  readonly deviceId: string
  readonly match: "exact" | "ideal"
  /** The remembered choice behind it. */
  readonly choice?: CameraChoice
}

/**
 * What wishes are given up, one group after the other, when a browser refuses the whole set: leave to move the camera,
 * the frame rate, the size, the side it looks to. The device itself, and what the caller insists on, never.
 */
const relaxOrder: readonly (readonly CameraWish[])[] = [["panTiltZoom"], ["frameRate"], ["width", "height"], ["facing"]]

const constraintNames = { width: "width", height: "height", frameRate: "frameRate", facing: "facingMode" } as const

/**
 * The sets of constraints to ask for, in order. Nearly always the first serves: its wishes are `ideal`, so the browser
 * itself takes what comes nearest. The others are for browsers and devices that refuse even ideals.
 */
export function constraintPlan(options: OpenCameraOptions, device: WantedDevice | undefined): MediaTrackConstraints[] {
  const insisted = new Set<CameraWish>(options.insistOn)
  const plan = [constraintsFor(options, device, new Set())]
  const dropped = new Set<CameraWish>()
  for (const group of relaxOrder) {
    const given = group.filter((wish) => valueOf(options, wish) !== undefined && !insisted.has(wish))
    if (given.length === 0) continue
    for (const wish of given) dropped.add(wish)
    plan.push(constraintsFor(options, device, dropped))
  }
  return plan
}

/** The wishes of the caller that the device does not meet. A picture on its side counts as its size. */
export function relaxedWishes(options: OpenCameraOptions, track: MediaStreamTrack): RelaxedWish[] {
  const got = track.getSettings()
  const isTurned = (options.width ?? got.height) === got.height && (options.height ?? got.width) === got.width
  const canMove = "zoom" in got || "pan" in got || "tilt" in got
  const found: readonly (RelaxedWish | undefined)[] = [
    isTurned ? undefined : unmet("width", options.width, got.width),
    isTurned ? undefined : unmet("height", options.height, got.height),
    unmet("frameRate", options.frameRate, got.frameRate === undefined ? undefined : Math.round(got.frameRate)),
    unmet("facing", options.facing, got.facingMode),
    options.panTiltZoom === "ask" && !canMove ? { wish: "panTiltZoom", asked: "ask", got: undefined } : undefined,
  ]
  return found.filter((wish) => wish !== undefined)
}

/** @throws RangeError for a size or frame rate that no camera has; TypeError when insisting on what was not wished for. */
export function checkWishes(options: OpenCameraOptions): void {
  for (const name of ["width", "height", "frameRate"] as const) {
    const value = options[name]
    if (value !== undefined && !(value > 0 && value < 65_536))
      throw new RangeError(`Cannot open camera: ${name} ${value} is not between 0 and 65536`)
  }
  for (const wish of options.insistOn ?? [])
    if (valueOf(options, wish) === undefined) throw new TypeError(`Cannot insist on ${wish}: it was not wished for`)
}

export function facingOf(track: MediaStreamTrack): Facing | undefined {
  const { facingMode } = track.getSettings()
  return facingMode === "user" || facingMode === "environment" ? facingMode : undefined
}

function constraintsFor(
  options: OpenCameraOptions,
  device: WantedDevice | undefined,
  dropped: ReadonlySet<CameraWish>,
): MediaTrackConstraints {
  const insisted = new Set<CameraWish>(options.insistOn)
  const wishes: OpenCameraOptions = { width: 1920, height: 1080, ...definedOf(options) }
  const asked = (["width", "height", "frameRate", "facing"] as const).flatMap((wish) => {
    const value = wishes[wish]
    if (value === undefined || dropped.has(wish) || (wish === "facing" && device !== undefined)) return []
    return [[constraintNames[wish], insisted.has(wish) ? { exact: value } : { ideal: value }] as const]
  })
  const move = options.panTiltZoom === "ask" && !dropped.has("panTiltZoom") ? { pan: true, tilt: true, zoom: true } : {}
  return {
    ...Object.fromEntries(asked),
    ...move,
    ...(device === undefined ? {} : { deviceId: { [device.match]: device.deviceId } }),
  }
}

function definedOf(options: OpenCameraOptions): OpenCameraOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function valueOf(options: OpenCameraOptions, wish: CameraWish): number | string | undefined {
  if (wish === "panTiltZoom") return options.panTiltZoom === "ask" ? "ask" : undefined
  return options[wish]
}

function unmet(
  wish: CameraWish,
  asked: number | string | undefined,
  got: number | string | undefined,
): RelaxedWish | undefined {
  return asked === undefined || asked === got ? undefined : { wish, asked, got }
}
