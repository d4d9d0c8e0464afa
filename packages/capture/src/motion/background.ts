import type { LightFit } from "./light-fit.ts"
import type { GridSize } from "./luma-grid.ts"

/** Seconds in which a cell takes over two thirds of a change. */
const timeConstants = {
  learning: 0.8,
  background: 2.5,
  moving: 60,
  stationary: 4,
  light: 0.07,
  noisier: 3,
  quieter: 15,
  noiseUnderThings: 60,
} as const

/** Cells stay in this memory by what they are; see `cellKinds`. */
type Part = "learning" | "background" | "moving" | "stationary" | "light"

/** What each cell looks like when nothing is there, and how far it strays from that by itself. */
export class Background {
  readonly #grid: GridSize
  /** Levels, 0 to 255. */
  readonly mean: Float32Array
  /** Mean absolute deviation, levels. */
  readonly stray: Float32Array
  /** Of the last frame that was compared: what it would have been with nothing there. */
  readonly expected: Float32Array

  constructor(grid: GridSize, first: Float32Array) {
    this.#grid = grid
    this.mean = Float32Array.from(first)
    this.stray = new Float32Array(first.length).fill(2)
    this.expected = new Float32Array(first.length)
  }

  /** Writes into `difference` how `cells` differ from what this light makes of the background. */
  compare(cells: Float32Array, light: LightFit, difference: Float32Array): void {
    const { columns, rows } = this.#grid
    const { gain, offset, shiftX, shiftY } = light
    const { mean, expected } = this
    for (let row = 0; row < rows; row++) {
      const up = row > 0 ? columns : 0
      const down = row < rows - 1 ? columns : 0
      for (let column = 0, cell = row * columns; column < columns; column++, cell++) {
        const gx = (mean[column < columns - 1 ? cell + 1 : cell]! - mean[column > 0 ? cell - 1 : cell]!) * 0.5
        const gy = (mean[cell + down]! - mean[cell - up]!) * 0.5
        let value = gain * mean[cell]! + offset + shiftX * gx + shiftY * gy
        if (value < 0) value = 0
        else if (value > 255) value = 255
        expected[cell] = value
        difference[cell] = cells[cell]! - value
      }
    }
  }

  /** Moves the whole background into the light of this frame. */
  relight({ gain, offset }: LightFit): void {
    const { mean } = this
    for (let cell = 0; cell < mean.length; cell++) {
      const value = gain * mean[cell]! + offset
      mean[cell] = value < 0 ? 0 : value > 255 ? 255 : value
    }
  }

  /** Takes over a part of this frame, at each cell by what it is. @param seconds - Since the frame before. */
  learn(cells: Float32Array, sharp: Float32Array, partOf: (cell: number) => Part, seconds: number): void {
    const { mean, stray } = this
    const share = (constant: number) => seconds / (seconds + constant)
    const rate = {
      learning: share(timeConstants.learning),
      background: share(timeConstants.background),
      moving: share(timeConstants.moving),
      stationary: share(timeConstants.stationary),
      light: share(timeConstants.light),
    }
    const noisier = share(timeConstants.noisier)
    const quieter = share(timeConstants.quieter)
    const underThings = share(timeConstants.noiseUnderThings)
    for (let cell = 0; cell < mean.length; cell++) {
      const part = partOf(cell)
      mean[cell]! += rate[part] * (cells[cell]! - mean[cell]!)
      const more = Math.min(60, Math.abs(sharp[cell]!)) - stray[cell]!
      if (part === "learning") stray[cell]! += rate.learning * more
      else if (part === "background") stray[cell]! += (more > 0 ? noisier : quieter) * more
      else if (part === "moving") stray[cell]! += underThings * more
    }
  }
}
