/**
 * How many frames never came, judged by how long others stand: one that stands three times as long as most stood for two
 * more. An estimate, for only the camera knows; a camera that slows down in the dark soon sets the measure anew.
 * @param durations - Of frames in their order, in seconds.
 */
export function missedFrames(durations: readonly number[]): number {
  return durations.reduce((missed, duration, index) => {
    const near = durations.slice(Math.max(0, index - reach), index + reach + 1).toSorted((one, other) => one - other)
    const usual = near[near.length >> 1] ?? 0
    return missed + (usual > 0 ? Math.max(0, Math.floor(duration / usual + tolerance) - 1) : 0)
  }, 0)
}

/** Frames on either side that say what is usual. */
const reach = 15

/** What jitter takes a frame's time to is no missing frame: 1.75 times the usual is the least that counts. */
const tolerance = 0.25
