import type { GridSize } from "./luma-grid.ts"

/** How the whole picture differs from its background: brighter, of more contrast, moved by less than a cell or so. */
export interface LightFit {
  readonly gain: number
  readonly offset: number
  /** In cells. */
  readonly shiftX: number
  readonly shiftY: number
}

const unchanged: LightFit = { gain: 1, offset: 0, shiftX: 0, shiftY: 0 }

/** Of the cells looked at, how many a fit has to explain for no other start to be tried. */
const enough = 0.6

/**
 * Fits `cells ~ gain * background + offset`, and a small shift along the background's slopes, by least squares on every
 * twelfth cell; what does not fit is left out, and the rest fitted again. Objects are such a rest, also large ones. It
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
  const light = { gain, offset, shiftX: 0, shiftY: 0 }
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
  fit: LightFit,
  cells: Float32Array,
  background: Float32Array,
  grid: GridSize,
): { fit: LightFit; deviation: number } | undefined {
  const { columns, rows } = grid
  const { gain, offset, shiftX, shiftY } = fit
  // Sums of the normal equations over (x, 1, gx, gy), with x about its middle.
  let n = 0
  let [sx, sgx, sgy, sr] = [0, 0, 0, 0]
  let [sxx, sxgx, sxgy, sxr] = [0, 0, 0, 0]
  let [sgxgx, sgxgy, sgxr, sgygy, sgyr] = [0, 0, 0, 0, 0]
  let deviation = 0
  for (let row = 1; row < rows - 1; row += 3) {
    for (let i = row * columns + 1 + (row % 4), end = row * columns + columns - 1; i < end; i += 4) {
      const value = cells[i]!
      if (value < 3 || value > 252) continue
      const base = background[i]!
      const gx = (background[i + 1]! - background[i - 1]!) * 0.5
      const gy = (background[i + columns]! - background[i - columns]!) * 0.5
      const rest = value - (gain * base + offset + shiftX * gx + shiftY * gy)
      if (rest > limit || rest < -limit) continue
      deviation += rest < 0 ? -rest : rest
      const x = base - 128
      const r = value - base
      n++
      sx += x
      sgx += gx
      sgy += gy
      sr += r
      sxx += x * x
      sxgx += x * gx
      sxgy += x * gy
      sxr += x * r
      sgxgx += gx * gx
      sgxgy += gx * gy
      sgxr += gx * r
      sgygy += gy * gy
      sgyr += gy * r
    }
  }
  if (n < (columns * rows) / 120) return undefined
  // The ridge keeps what the picture cannot tell (a flat wall has neither gain nor slopes) near "unchanged".
  const solved = solve([
    [sxx + n * 4, sx, sxgx, sxgy, sxr],
    [sx, n, sgx, sgy, sr],
    [sxgx, sgx, sgxgx + n, sgxgy, sgxr],
    [sxgy, sgy, sgxgy, sgygy + n, sgyr],
  ])
  if (!solved) return undefined
  const more = clamp(solved[0]!, -0.6, 1.5)
  return {
    fit: {
      gain: 1 + more,
      offset: solved[1]! - more * 128,
      shiftX: shiftOf(solved[2]!),
      shiftY: shiftOf(solved[3]!),
    },
    deviation: deviation / n,
  }
}

/** Gauss's elimination on four equations, in the order they come: the ridge keeps the pivots away from zero. */
function solve(m: number[][]): number[] | undefined {
  for (let p = 0; p < 4; p++) {
    const pivot = m[p]![p]!
    if (Math.abs(pivot) < 1e-6) return undefined
    for (let row = p + 1; row < 4; row++) {
      const factor = m[row]![p]! / pivot
      for (let column = p; column < 5; column++) m[row]![column]! -= factor * m[p]![column]!
    }
  }
  const found = [0, 0, 0, 0]
  for (let p = 3; p >= 0; p--) {
    let rest = m[p]![4]!
    for (let column = p + 1; column < 4; column++) rest -= m[p]![column]! * found[column]!
    found[p] = rest / m[p]![p]!
  }
  return found
}

/** Less than a thirtieth of a cell is no shift. */
function shiftOf(cells: number): number {
  return Math.abs(cells) < 0.03 ? 0 : clamp(cells, -1.5, 1.5)
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}
