/** How the whole picture differs from its background: brighter, or of more contrast. */
export interface LightFit {
  readonly gain: number
  readonly offset: number
}

export const unchanged: LightFit = { gain: 1, offset: 0 }

/** What is known of each cell: its mean, and its mean absolute deviation. */
interface Learned {
  readonly mean: Float32Array
  readonly stray: Float32Array
}

interface LightFound {
  readonly light: LightFit
  /** Of the cells looked at, those that it explains to within five levels or three of their deviations, 0 to 1. */
  readonly share: number
}

/** Every how many cells is looked at: a number that shares no factor with a row's, so that it comes by every column. */
const every = 11

/**
 * Fits `cells ~ gain * background + offset` by least squares, starting from "nothing changed"; what does not fit is left
 * out, and the rest fitted again. Objects are such a rest, also large ones.
 */
export function fitLight(cells: Float32Array, { mean, stray }: Learned): LightFound {
  let light = unchanged
  let limit = 10
  for (let pass = 0; pass < 3; pass++) {
    const { gain, offset } = light
    // One by one: a pattern of six would keep each of them in memory.
    let n = 0
    let sx = 0
    let sy = 0
    let sxx = 0
    let sxy = 0
    let deviation = 0
    for (let cell = 0; cell < cells.length; cell += every) {
      const value = cells[cell]!
      const was = mean[cell]!
      const rest = Math.abs(value - gain * was - offset)
      // What is black or white may be blacker or whiter than can be told.
      if (rest > limit || value < 3 || value > 252) continue
      const x = was - 128
      const y = value - was
      deviation += rest
      n++
      sx += x
      sy += y
      sxx += x * x
      sxy += x * y
    }
    if (n < cells.length / 120) break
    // What is added keeps the gain, where a picture is too flat to tell it, near "unchanged".
    const more = Math.max(-0.6, Math.min(1.5, (sxy - (sx * sy) / n) / (sxx + 4 * n - (sx * sx) / n)))
    light = { gain: 1 + more, offset: (sy - more * sx) / n - more * 128 }
    limit = Math.max(5, (2 * deviation) / n)
  }
  let all = 0
  let within = 0
  for (let cell = 0; cell < cells.length; cell += every) {
    all++
    if (Math.abs(cells[cell]! - light.gain * mean[cell]! - light.offset) < Math.max(5, 3 * stray[cell]!)) within++
  }
  return { light, share: within / all }
}
