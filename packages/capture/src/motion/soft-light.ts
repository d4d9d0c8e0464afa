import type { GridSize } from "./luma-grid.ts"

/**
 * Takes what changes slowly across the picture out of `difference`: a cloud's shadow and the glow of a lamp have soft
 * edges, things do not. A box mean over `2 * reach + 1` cells each way is the soft part; values count at most `limit`
 * in it, so that a bright thing casts no false shadow around itself.
 */
export function createSoftLight(
  grid: GridSize,
  reach = 9,
  limit = 40,
): (difference: Float32Array, sharp: Float32Array) => void {
  const { columns, rows } = grid
  const across = new Float32Array(columns * rows)
  const sums = new Float64Array(columns)
  const at = (value: number) => (value > limit ? limit : value < -limit ? -limit : value)
  return (difference, sharp) => {
    for (let row = 0; row < rows; row++) {
      const first = row * columns
      let sum = 0
      for (let column = 0; column < Math.min(reach, columns); column++) sum += at(difference[first + column]!)
      for (let column = 0; column < columns; column++) {
        if (column + reach < columns) sum += at(difference[first + column + reach]!)
        if (column > reach) sum -= at(difference[first + column - reach - 1]!)
        const count = Math.min(columns - 1, column + reach) - Math.max(0, column - reach) + 1
        across[first + column] = sum / count
      }
    }
    sums.fill(0)
    for (let row = 0; row < Math.min(reach, rows); row++)
      for (let column = 0; column < columns; column++) sums[column]! += across[row * columns + column]!
    for (let row = 0; row < rows; row++) {
      const coming = row + reach < rows ? (row + reach) * columns : -1
      const going = row > reach ? (row - reach - 1) * columns : -1
      const scale = 1 / (Math.min(rows - 1, row + reach) - Math.max(0, row - reach) + 1)
      for (let column = 0, cell = row * columns; column < columns; column++, cell++) {
        let sum = sums[column]!
        if (coming >= 0) sum += across[coming + column]!
        if (going >= 0) sum -= across[going + column]!
        sums[column] = sum
        sharp[cell] = difference[cell]! - sum * scale
      }
    }
  }
}
