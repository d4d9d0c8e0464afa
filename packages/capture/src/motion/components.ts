import type { GridSize } from "./luma-grid.ts"

/** Cells that touch each other, and the smallest box around them; `right` and `bottom` are inside the box. */
export interface Component {
  readonly cells: readonly number[]
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * Keeps a cell only when at least four of the nine around it, itself among them, are set.
 * @returns how many are kept.
 */
export function despeckle(mask: Uint8Array, grid: GridSize, kept: Uint8Array): number {
  const { columns, rows } = grid
  kept.fill(0)
  let total = 0
  for (let cell = mask.indexOf(1); cell >= 0; cell = mask.indexOf(1, cell + 1)) {
    const row = Math.floor(cell / columns)
    const column = cell - row * columns
    let count = 0
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) count += mask[y * columns + x]!
    if (count < 4) continue
    kept[cell] = 1
    total++
  }
  return total
}

/** Groups set cells that touch at a side or corner, or across a gap of one cell. */
export function findComponents(mask: Uint8Array, grid: GridSize, seen: Uint8Array): Component[] {
  const { columns, rows } = grid
  const found: Component[] = []
  seen.fill(0)
  for (let start = mask.indexOf(1); start >= 0; start = mask.indexOf(1, start + 1)) {
    if (seen[start] === 1) continue
    const cells = [start]
    let [left, right, top, bottom] = [columns, 0, rows, 0]
    seen[start] = 1
    for (let next = 0; next < cells.length; next++) {
      const cell = cells[next]!
      const row = Math.floor(cell / columns)
      const column = cell - row * columns
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
      for (let y = Math.max(0, row - 2); y <= Math.min(rows - 1, row + 2); y++) {
        for (let x = Math.max(0, column - 2); x <= Math.min(columns - 1, column + 2); x++) {
          const near = y * columns + x
          if (mask[near] === 0 || seen[near] === 1) continue
          seen[near] = 1
          cells.push(near)
        }
      }
    }
    found.push({ cells, left, top, right, bottom })
  }
  return found
}
