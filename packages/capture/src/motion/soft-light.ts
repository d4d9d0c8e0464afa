import type { GridSize } from "./luma-grid.ts"

/**
 * Takes what changes slowly across the picture out of `difference`: a cloud's shadow and the glow of a lamp have soft
 * edges, things do not. The soft part is a box mean over about `4 * reach + 2` cells each way, made of blocks of four
 * cells, which is as good and costs a quarter; a block counts at most `limit` in it, so that a bright thing casts no
 * false shadow around itself.
 */
export function createSoftLight(
  grid: GridSize,
  reach = 4,
  limit = 40,
): (difference: Float32Array, sharp: Float32Array) => void {
  const { columns } = grid
  const [wide, high] = [Math.max(1, grid.columns >> 1), Math.max(1, grid.rows >> 1)]
  const blocks = new Float32Array(wide * high)
  const across = new Float32Array(wide * high)
  const sums = new Float64Array(wide)
  return (difference, sharp) => {
    if (grid.columns < 2 || grid.rows < 2) return sharp.set(difference)
    for (let row = 0, block = 0; row < high; row++) {
      for (let cell = row * 2 * columns, end = cell + wide * 2; cell < end; cell += 2, block++) {
        const sum =
          difference[cell]! + difference[cell + 1]! + difference[cell + columns]! + difference[cell + columns + 1]!
        blocks[block] = Math.max(-limit, Math.min(limit, sum * 0.25))
      }
    }
    for (let row = 0; row < high; row++) {
      const first = row * wide
      let sum = 0
      for (let column = 0; column < Math.min(reach, wide); column++) sum += blocks[first + column]!
      for (let column = 0; column < wide; column++) {
        if (column + reach < wide) sum += blocks[first + column + reach]!
        if (column > reach) sum -= blocks[first + column - reach - 1]!
        across[first + column] = sum / (Math.min(wide - 1, column + reach) - Math.max(0, column - reach) + 1)
      }
    }
    sums.fill(0)
    for (let row = 0; row < Math.min(reach, high); row++)
      for (let column = 0; column < wide; column++) sums[column]! += across[row * wide + column]!
    for (let row = 0; row < high; row++) {
      const coming = row + reach < high ? (row + reach) * wide : -1
      const going = row > reach ? (row - reach - 1) * wide : -1
      const scale = 1 / (Math.min(high - 1, row + reach) - Math.max(0, row - reach) + 1)
      for (let column = 0; column < wide; column++) {
        let sum = sums[column]!
        if (coming >= 0) sum += across[coming + column]!
        if (going >= 0) sum -= across[going + column]!
        sums[column] = sum
        blocks[row * wide + column] = sum * scale
      }
    }
    for (let row = 0, cell = 0; row < grid.rows; row++) {
      const first = Math.min(high - 1, row >> 1) * wide
      for (let column = 0; column < columns; column++, cell++)
        sharp[cell] = difference[cell]! - blocks[first + Math.min(wide - 1, column >> 1)]!
    }
  }
}
