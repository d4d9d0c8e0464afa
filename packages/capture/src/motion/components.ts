import type { GridSize } from "./luma-grid.ts"

/** Part of the grid; `right` and `bottom` are inside. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Cells that touch each other, and the smallest box around them. */
export interface Component extends Box {
  readonly cells: readonly number[]
}

/** Visits the cells of a box, and those at most `margin` away from it, as far as they are in the grid. */
export function eachCell(
  { columns, rows }: GridSize,
  { left, right, top, bottom }: Box,
  margin: number,
  visit: (cell: number) => void,
): void {
  const [first, last] = [Math.max(0, left - margin), Math.min(columns - 1, right + margin)]
  for (let row = Math.max(0, top - margin); row <= Math.min(rows - 1, bottom + margin); row++)
    for (let column = first; column <= last; column++) visit(row * columns + column)
}

/**
 * Keeps a cell only when at least four of the nine around it, itself among them, are set.
 * @returns how many are kept.
 */
export function despeckle(mask: Uint8Array, grid: GridSize, kept: Uint8Array): number {
  let total = 0
  kept.fill(0)
  for (let cell = mask.indexOf(1); cell >= 0; cell = mask.indexOf(1, cell + 1)) {
    let count = 0
    eachCell(grid, boxOf(cell, grid), 1, (near) => (count += mask[near]!))
    if (count < 4) continue
    kept[cell] = 1
    total++
  }
  return total
}

/** Groups set cells that touch at a side or corner, or across a gap of one cell. */
export function findComponents(mask: Uint8Array, grid: GridSize, seen: Uint8Array): Component[] {
  const found: Component[] = []
  seen.fill(0)
  for (let start = mask.indexOf(1); start >= 0; start = mask.indexOf(1, start + 1)) {
    if (seen[start] === 1) continue
    const cells = [start]
    let { left, right, top, bottom } = boxOf(start, grid)
    seen[start] = 1
    for (let next = 0; next < cells.length; next++) {
      const box = boxOf(cells[next]!, grid)
      left = Math.min(left, box.left)
      right = Math.max(right, box.right)
      top = Math.min(top, box.top)
      bottom = Math.max(bottom, box.bottom)
      eachCell(grid, box, 2, (near) => {
        if (mask[near] === 0 || seen[near] === 1) return
        seen[near] = 1
        cells.push(near)
      })
    }
    found.push({ cells, left, top, right, bottom })
  }
  return found
}

function boxOf(cell: number, { columns }: GridSize): Box {
  const left = cell % columns
  const top = (cell - left) / columns
  return { left, right: left, top, bottom: top }
}
