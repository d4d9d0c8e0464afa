import { cameraError, identifyCameraError } from "./camera-error.ts"

/** Something of a camera that is set to a number, in the device's own unit. */
export interface RangeControl {
  readonly min: number
  readonly max: number
  /** 0 where the device takes any number. */
  readonly step: number
  /** As the device has it now. */
  readonly value: number
  /** @throws RangeError outside of `min` to `max`; CaptureError `CAPTURE_OVERCONSTRAINED`, `CAPTURE_ENDED` */
  set(value: number): Promise<void>
}

/** Something of a camera that is set to one of a few words. */
export interface ChoiceControl<T extends string = string> {
  readonly options: readonly T[]
  readonly value: T
  /** @throws RangeError for another word; CaptureError `CAPTURE_OVERCONSTRAINED`, `CAPTURE_ENDED` */
  set(value: T): Promise<void>
}

/** What a device lets a page control (MediaStream Image Capture, section 4); absent where it does not. */
export interface CameraControls {
  readonly zoom?: RangeControl
  /** In arc seconds, as `tilt`. */
  readonly pan?: RangeControl
  readonly tilt?: RangeControl
  /** In metres. Setting it turns `focusMode` to `manual`. */
  readonly focusDistance?: RangeControl
  /** Such as `continuous`, `single-shot`, `manual`. */
  readonly focusMode?: ChoiceControl
  readonly torch?: ChoiceControl<"on" | "off">
}

type RangeName = "zoom" | "pan" | "tilt" | "focusDistance"
type Values = Readonly<Record<string, unknown>>

export function controlsOf(track: MediaStreamTrack): CameraControls {
  // Firefox before 132 has no capabilities to tell.
  const can: Values = typeof track.getCapabilities === "function" ? { ...track.getCapabilities() } : {}
  const ranges = (["zoom", "pan", "tilt", "focusDistance"] as const).flatMap((name) => {
    const control = rangeControl(track, name, can[name])
    return control === undefined ? [] : [[name, control] as const]
  })
  const focusModes = wordsIn(can["focusMode"])
  return {
    ...Object.fromEntries(ranges),
    ...(focusModes.length > 0 ? { focusMode: focusControl(track, focusModes) } : {}),
    ...(hasTorch(can["torch"]) ? { torch: torchControl(track) } : {}),
  }
}

function rangeControl(track: MediaStreamTrack, name: RangeName, capability: unknown): RangeControl | undefined {
  if (typeof capability !== "object" || capability === null) return undefined
  const { min, max, step = 0 } = capability as { min?: unknown; max?: unknown; step?: unknown }
  if (typeof min !== "number" || typeof max !== "number" || typeof step !== "number" || min >= max) return undefined
  return {
    min,
    max,
    step,
    get value() {
      const now = settingsOf(track)[name]
      return typeof now === "number" ? now : min
    },
    async set(value) {
      if (!(value >= min && value <= max)) throw new RangeError(`Cannot set ${name}: ${value} is not ${min} to ${max}`)
      await apply(track, name, name === "focusDistance" ? { focusMode: "manual", [name]: value } : { [name]: value })
    },
  }
}

function focusControl(track: MediaStreamTrack, options: readonly string[]): ChoiceControl {
  return {
    options,
    get value() {
      const now = settingsOf(track)["focusMode"]
      return typeof now === "string" ? now : (options[0] ?? "")
    },
    async set(value) {
      if (!options.includes(value))
        throw new RangeError(`Cannot set focusMode: ${value} is none of ${options.join(", ")}`)
      await apply(track, "focusMode", { focusMode: value })
    },
  }
}

function torchControl(track: MediaStreamTrack): ChoiceControl<"on" | "off"> {
  const options = ["off", "on"] as const
  return {
    options,
    get value() {
      return settingsOf(track)["torch"] === true ? "on" : "off"
    },
    async set(value) {
      if (!options.includes(value)) throw new RangeError(`Cannot set torch: ${String(value)} is none of off, on`)
      await apply(track, "torch", { torch: value === "on" })
    },
  }
}

/** `advanced`, because Chromium refuses to mix these with sizes in one set, and the sizes stay as they are so. */
async function apply(track: MediaStreamTrack, name: string, wish: Values): Promise<void> {
  if (track.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  try {
    await track.applyConstraints({ advanced: [wish] })
  } catch (error) {
    throw identifyCameraError(error)
  }
  const now = settingsOf(track)[name]
  const isSet =
    typeof now === "number" ? Math.abs(now - Number(wish[name])) < 1e-3 + Math.abs(now) * 0.05 : now === wish[name]
  if (now !== undefined && !isSet) throw cameraError("CAPTURE_OVERCONSTRAINED", { constraint: name })
}

function settingsOf(track: MediaStreamTrack): Values {
  return { ...track.getSettings() }
}

function wordsIn(capability: unknown): readonly string[] {
  return Array.isArray(capability) ? capability.filter((word) => typeof word === "string") : []
}

/** A boolean in today's browsers, a list of booleans in the specification. */
function hasTorch(capability: unknown): boolean {
  return capability === true || (Array.isArray(capability) && capability.includes(true))
}
