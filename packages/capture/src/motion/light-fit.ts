import type { GridSize } from "./luma-grid.ts"

/** How the whole picture differs from its background: brighter, or of more contrast. */
export interface LightFit {
  readonly gain: number
  readonly offset: number
}

export const unchanged: LightFit = { gain: 1, offset: 0 }

/** Of the cells looked at, how many a fit has to explain for no other start to be tried. */
const enough = 0.6

/**
 * Fits `cells ~ gain * background + offset` by least squares on every twelfth cell; what does not fit is left out, and the rest fitted again. Objects are such a rest, also large ones. It
 * starts from "nothing changed"; when that leaves too much out, from the slopes of all cells, and the better one counts.
 */
export function fitLight(cells: Float32Array, background: Learned, grid: GridSize): LightFound {
  const near = refine(cells, background, grid)
  if (near.share >= enough) return near
  const far = fromSlopes(cells, background, grid)
  return far.share > near.share ? far : near
}

/**
 * The gain by which the slopes from cell to cell grew, whatever soft light lies over them, and the offset that most
 * cells agree on.
 */
function fromSlopes(cells: Float32Array, { mean, stray }: Learned, grid: GridSize): LightFound {
  const { columns, rows } = grid
  let [before, both, n] = [0, 0, 0]
  for (let row = 1; row < rows - 1; row += 2) {
    for (let i = row * columns + 1, end = row * columns + columns - 1; i < end; i += 3) {
      for (const near of [i + 1, i + columns]) {
        const was = mean[near]! - mean[i]!
        before += was * was
        both += was * (cells[near]! - cells[i]!)
        n++
      }
    }
  }
  const gain = clamp((both + n) / (before + n), 0.4, 2.5)
  const rests: number[] = []
  for (let row = 1; row < rows - 1; row += 4)
    for (let i = row * columns + 1, end = row * columns + columns - 1; i < end; i += 5)
      rests.push(cells[i]! - gain * mean[i]!)
  const offset = rests.toSorted((a, b) => a - b)[rests.length >> 1]!
  const light = { gain, offset }
  return { light, share: shareWithin(light, cells, mean, stray, grid) }
}

/** What is known of each cell: its mean, and its mean absolute deviation. */
interface Learned {
  readonly mean: Float32Array
  readonly stray: Float32Array
}

interface LightFound {
  readonly light: LightFit
  /** Of the cells looked at, those that it explains, 0 to 1. */
  readonly share: number
}

const firstLimit = 10

function refine(cells: Float32Array, { mean, stray }: Learned, grid: GridSize): LightFound {
  let fit = unchanged
  let limit = firstLimit
  for (let pass = 0; pass < 3; pass++) {
    const next = fitWithin(limit, fit, cells, mean, grid)
    if (!next) break
    fit = next.fit
    if (pass === 1 && next.deviation < 2) break
    limit = Math.max(5, (pass === 0 ? 1.6 : 2) * next.deviation)
  }
  return { light: fit, share: shareWithin(fit, cells, mean, stray, grid) }
}

/** Share of the sampled cells that a fit explains to within five levels, or three of their deviations. */
function shareWithin(
  fit: LightFit,
  cells: Float32Array,
  mean: Float32Array,
  stray: Float32Array,
  grid: GridSize,
): number {
  const { columns, rows } = grid
  let [all, within] = [0, 0]
  for (let row = 1; row < rows - 1; row += 4) {
    for (let i = row * columns + 1, end = row * columns + columns - 1; i < end; i += 5) {
      const rest = cells[i]! - (fit.gain * mean[i]! + fit.offset)
      const limit = Math.max(5, 3 * stray[i]!)
      all++
      if (rest < limit && rest > -limit) within++
    }
  }
  return within / all
}

function fitWithin(
  limit: number,
  { gain, offset }: LightFit,
  cells: Float32Array,
  mean: Float32Array,
  { columns, rows }: GridSize,
): { fit: LightFit; deviation: number } | undefined {
  let [n, sx, sy, sxx, sxy, deviation] = [0, 0, 0, 0, 0, 0]
  for (let row = 1; row < rows - 1; row += 3) {
    for (let i = row * columns + 1 + (row % 4), end = row * columns + columns - 1; i < end; i += 4) {
      const value = cells[i]!
      const rest = Math.abs(value - gain * mean[i]! - offset)
      // What is black or white may be blacker or whiter than can be told.
      if (rest > limit || value < 3 || value > 252) continue
      const x = mean[i]! - 128
      const y = value - mean[i]!
      deviation += rest
      n++
      sx += x
      sy += y
      sxx += x * x
      sxy += x * y
    }
  }
  if (n < (columns * rows) / 120) return undefined
  // What is added keeps the gain, where a picture is too flat to tell it, near "unchanged".
  const more = clamp((sxy - (sx * sy) / n) / (sxx + 4 * n - (sx * sx) / n), -0.6, 1.5)
  return { fit: { gain: 1 + more, offset: (sy - more * sx) / n - more * 128 }, deviation: deviation / n }
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}
