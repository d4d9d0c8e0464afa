/** How a source is sent. What is absent is the browser's choice. */
export interface Quality {
  /** Bits a second, to each person. */
  readonly maxBitrate?: number | undefined
  /** Frames a second. */
  readonly maxFrameRate?: number | undefined
  /** 2 sends half the width and half the height. At least 1. */
  readonly scaleDownBy?: number | undefined
  /** What to keep when there is too little bandwidth: a clear picture, or a smooth one. */
  readonly keep?: "detail" | "motion" | undefined
}

/** @throws RangeError */
export function checkQuality({ maxBitrate, maxFrameRate, scaleDownBy }: Quality): void {
  if (maxBitrate !== undefined && !(maxBitrate >= 1000)) throw new RangeError("maxBitrate must be 1000 or more")
  if (maxFrameRate !== undefined && !(maxFrameRate > 0)) throw new RangeError("maxFrameRate must be above 0")
  if (scaleDownBy !== undefined && !(scaleDownBy >= 1)) throw new RangeError("scaleDownBy must be 1 or more")
}

/** Sets the quality of all that a sender sends; what was set before and is absent now is the browser's choice again. */
export async function applyQuality(sender: RTCRtpSender, quality: Quality): Promise<void> {
  const parameters = sender.getParameters()
  for (const encoding of parameters.encodings) {
    set(encoding, "maxBitrate", quality.maxBitrate)
    if (sender.track?.kind === "audio") continue
    set(encoding, "maxFramerate", quality.maxFrameRate)
    set(encoding, "scaleResolutionDownBy", quality.scaleDownBy)
  }
  set(parameters, "degradationPreference", preferences[quality.keep ?? "either"])
  await sender.setParameters(parameters)
}

const preferences = { detail: "maintain-resolution", motion: "maintain-framerate", either: undefined } as const

function set<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  value: Target[Name] | undefined,
): void {
  if (value === undefined) delete target[name]
  else target[name] = value
}
