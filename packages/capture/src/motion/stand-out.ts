import { despeckle } from "./components.ts"
import type { GridSize } from "./luma-grid.ts"
import type { Thresholds } from "./sensitivity.ts"
import type { ZoneMap } from "./zones.ts"

/** From this share of cells on whose noise, not the least level, decides, the picture is a noisy one. */
const noisyShare = 0.25

/** The mean of nine cells of white noise strays by a third of what one does; things in the picture add to that. */
const whiteShare = 0.42

/** Nine cells together have to differ by this share of what one alone has to. White noise would allow a third. */
const pooledShare = 0.55

/** What stands out of the background, and what was needed for it. */
export interface StandOut {
  /** By how much a cell has to differ, in levels. */
  readonly limits: Float32Array
  /** 1 for cells that do. */
  readonly mask: Uint8Array
  /** 1 for those of them that are not alone. */
  readonly kept: Uint8Array
  /**
   * Looks for them in this frame. @returns how many are kept
   * @param sharp - How the cells differ from the background without soft light, in levels.
   * @param difference - And with it.
   */
  find(sharp: Float32Array, difference: Float32Array, stray: Float32Array, gain: number): number
}

export function createStandOut(grid: GridSize, { ofCell, thresholds }: ZoneMap): StandOut {
  const count = ofCell.length
  const limits = new Float32Array(count)
  const across = new Float32Array(count)
  const mask = new Uint8Array(count)
  const kept = new Uint8Array(count)
  // Where nothing counts a limit is needed all the same: of what is not there, no cell stands out.
  const ofEach = (which: keyof Thresholds) =>
    Float32Array.from(ofCell, (zone) => thresholds[Math.max(0, zone - 1)]![which])
  const levels = ofEach("levels")
  const deviations = ofEach("deviations")
  const look = (cell: number, sharp: number, difference: number, limit: number) => {
    // Rarely true, and asked first: the signs of noise are no branch that a processor can guess.
    if (Math.abs(sharp) > limit && ofCell[cell]! > 0 && Math.sign(sharp) * difference > limit) mask[cell] = 1
  }

  /**
   * In noise: also sets the cells that stand out together with those around them. Only where the noise is white, as a
   * sensor's is: a mean takes nothing away from what compression, shaking and swaying do.
   */
  const findTogether = (sharp: Float32Array, difference: Float32Array) => {
    const { columns } = grid
    for (let cell = 1; cell < count - 1; cell++) across[cell] = sharp[cell - 1]! + sharp[cell]! + sharp[cell + 1]!
    // The rim has no nine cells. What lies across it at the sides is two cells of another row: too few to set one.
    const together = (cell: number) => (across[cell - columns]! + across[cell]! + across[cell + columns]!) / 9
    let [alone, joined] = [0, 0]
    for (let cell = columns; cell < count - columns; cell += 3) {
      if (Math.abs(sharp[cell]!) > limits[cell]!) continue
      alone += Math.abs(sharp[cell]!)
      joined += Math.abs(together(cell))
    }
    if (joined > alone * whiteShare) return
    for (let cell = columns; cell < count - columns; cell++) {
      const mean = together(cell)
      const limit = Math.max(levels[cell]!, limits[cell]! * pooledShare)
      look(cell, mean, mean + difference[cell]! - sharp[cell]!, limit)
    }
  }

  return {
    limits,
    mask,
    kept,
    find(sharp, difference, stray, gain) {
      const stretch = 1.25 * Math.max(1, gain)
      let noisy = 0
      mask.fill(0)
      for (let cell = 0; cell < count; cell++) {
        const least = levels[cell]!
        let limit = deviations[cell]! * stretch * stray[cell]!
        if (limit > least) noisy++
        else limit = least
        limits[cell] = limit
        look(cell, sharp[cell]!, difference[cell]!, limit)
      }
      if (noisy > count * noisyShare) findTogether(sharp, difference)
      return despeckle(mask, grid, kept)
    },
  }
}
