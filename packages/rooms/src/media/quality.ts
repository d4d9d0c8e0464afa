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

/** A negotiation may change a sender's parameters between reading and writing them: so often it is tried again. */
const maxTries = 5

/** Sets the quality of all that a sender sends; what was set before and is absent now is the browser's choice again. */
export async function applyQuality(sender: RTCRtpSender, quality: Quality): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const parameters = sender.getParameters()
    if (!change(parameters, quality, sender.track?.kind === "video")) return
    try {
      return await sender.setParameters(parameters)
    } catch (error) {
      if (!(error instanceof DOMException) || !retried.includes(error.name) || attempt === maxTries) throw error
    }
  }
}

const retried: readonly string[] = ["InvalidModificationError", "InvalidStateError"]
const preferences = { detail: "maintain-resolution", motion: "maintain-framerate", either: undefined } as const

/** @returns whether anything is another than before. */
function change(parameters: RTCRtpSendParameters, quality: Quality, isVideo: boolean): boolean {
  let isChanged = false
  for (const encoding of parameters.encodings) {
    isChanged = set(encoding, "maxBitrate", quality.maxBitrate) || isChanged
    if (!isVideo) continue
    isChanged = set(encoding, "maxFramerate", quality.maxFrameRate) || isChanged
    // Browsers tell the scale that holds even if nobody set one.
    const isScaled = quality.scaleDownBy !== undefined || (encoding.scaleResolutionDownBy ?? 1) !== 1
    if (isScaled) isChanged = set(encoding, "scaleResolutionDownBy", quality.scaleDownBy) || isChanged
  }
  return (isVideo && set(parameters, "degradationPreference", preferences[quality.keep ?? "either"])) || isChanged
}

function set<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  value: Target[Name] | undefined,
): boolean {
  if (target[name] === value) return false
  if (value === undefined) delete target[name]
  else target[name] = value
  return true
}
