import type { GridSize } from "./luma-grid.ts"

/** Blocks of two by two cells each way in a mean. */
const reach = 4

/** What a block counts at most, in levels: a bright thing is to cast no false shadow around itself. */
const most = 40

/**
 * Takes what changes slowly across the picture out of `difference`: a cloud's shadow and the glow of a lamp have soft
 * edges, things do not. The soft part is the mean of nine by nine blocks of four cells around a cell, by a table of sums.
 */
export function createSoftLight({ columns, rows }: GridSize): (difference: Float32Array, sharp: Float32Array) => void {
  const [wide, high] = [columns / 2, rows / 2]
  const line = wide + 1
  // Of all blocks above and to the left of a corner; the first row and column are zero.
  const sums = new Float64Array(line * (high + 1))
  return (difference, sharp) => {
    for (let y = 0, cell = 0; y < high; y++, cell += columns) {
      for (let x = 0, sum = 0, at = (y + 1) * line + 1; x < wide; x++, at++, cell += 2) {
        const below = cell + columns
        const block = difference[cell]! + difference[cell + 1]! + difference[below]! + difference[below + 1]!
        sum += Math.max(-most, Math.min(most, block / 4))
        sums[at] = sums[at - line]! + sum
      }
    }
    for (let y = 0, cell = 0; y < high; y++, cell += columns) {
      const top = Math.max(0, y - reach)
      const bottom = Math.min(high, y + reach + 1)
      const above = top * line
      const below = bottom * line
      for (let x = 0; x < wide; x++, cell += 2) {
        const left = Math.max(0, x - reach)
        const right = Math.min(wide, x + reach + 1)
        const soft =
          (sums[below + right]! - sums[below + left]! - sums[above + right]! + sums[above + left]!) /
          ((bottom - top) * (right - left))
        sharp[cell] = difference[cell]! - soft
        sharp[cell + 1] = difference[cell + 1]! - soft
        sharp[cell + columns] = difference[cell + columns]! - soft
        sharp[cell + columns + 1] = difference[cell + columns + 1]! - soft
      }
    }
  }
}
