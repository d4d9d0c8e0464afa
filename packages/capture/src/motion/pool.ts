import type { GridSize } from "./luma-grid.ts"

/** The mean of the nine cells around each: in the dark, noise goes down by three, and large things stay. */
export function poolNine(cells: Float32Array, grid: GridSize, across: Float32Array, pooled: Float32Array): void {
  const { columns, rows } = grid
  const count = columns * rows
  for (let cell = 1; cell < count - 1; cell++) across[cell] = cells[cell - 1]! + cells[cell]! + cells[cell + 1]!
  // The rim has no nine cells: nothing is pooled there.
  pooled.fill(0)
  for (let row = 1; row < rows - 1; row++)
    for (let cell = row * columns + 1, end = row * columns + columns - 1; cell < end; cell++)
      pooled[cell] = (across[cell - columns]! + across[cell]! + across[cell + columns]!) / 9
}
