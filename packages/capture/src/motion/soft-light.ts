import type { GridSize } from "./luma-grid.ts"

/** Cells in a block, and blocks each way in a mean. */
const [side, reach] = [2, 4]

/** What a block counts at most, in levels: a bright thing is to cast no false shadow around itself. */
const most = 40

/**
 * Takes what changes slowly across the picture out of `difference`: a cloud's shadow and the glow of a lamp have soft
 * edges, things do not. The soft part is the mean of nine by nine blocks of four cells around a cell, by a table of sums.
 */
export function createSoftLight({ columns, rows }: GridSize): (difference: Float32Array, sharp: Float32Array) => void {
  const [wide, high] = [Math.ceil(columns / side), Math.ceil(rows / side)]
  // Of all blocks above and to the left of a corner; the first row and column are zero.
  const sums = new Float64Array((wide + 1) * (high + 1))
  const soft = new Float64Array(wide)
  return (difference, sharp) => {
    for (let y = 0; y < high; y++) {
      const down = y * side + 1 < rows ? columns : 0
      for (let x = 0, line = 0, at = (y + 1) * (wide + 1) + 1; x < wide; x++, at++) {
        const cell = y * side * columns + x * side
        const right = x * side + 1 < columns ? 1 : 0
        const block =
          difference[cell]! + difference[cell + right]! + difference[cell + down]! + difference[cell + down + right]!
        line += Math.max(-most, Math.min(most, block / 4))
        sums[at] = sums[at - wide - 1]! + line
      }
    }
    for (let y = 0; y < high; y++) {
      const [top, bottom] = [Math.max(0, y - reach), Math.min(high, y + reach + 1)]
      for (let x = 0; x < wide; x++) {
        const [left, right] = [Math.max(0, x - reach), Math.min(wide, x + reach + 1)]
        const [above, below] = [top * (wide + 1), bottom * (wide + 1)]
        soft[x] =
          (sums[below + right]! - sums[below + left]! - sums[above + right]! + sums[above + left]!) /
          ((bottom - top) * (right - left))
      }
      for (let cell = y * side * columns, row = 0; row < side && cell < columns * rows; row++)
        for (let column = 0; column < columns; column++, cell++) sharp[cell] = difference[cell]! - soft[column >> 1]!
    }
  }
}
