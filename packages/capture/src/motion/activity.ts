import type { Component } from "./components.ts"
import type { GridSize } from "./luma-grid.ts"

/** A snapshot for every 150 ms, and the oldest of four to compare with: what moves by a cell in half a second moves. */
const everyMicroseconds = 140_000
const snapshotCount = 4

/** Remembers how the picture stood out from its background a moment ago, so that what moves can be told from what stays. */
export class Activity {
  readonly #grid: GridSize
  readonly #snapshots: Float32Array[]
  #newestAt = Number.NEGATIVE_INFINITY

  constructor(grid: GridSize) {
    this.#grid = grid
    this.#snapshots = Array.from({ length: snapshotCount }, () => new Float32Array(grid.columns * grid.rows))
  }

  /** Takes a snapshot when it is time for one. */
  remember(sharp: Float32Array, timestamp: number): void {
    if (timestamp - this.#newestAt < everyMicroseconds) return
    this.#newestAt = timestamp
    const oldest = this.#snapshots.shift()!
    oldest.set(sharp)
    this.#snapshots.push(oldest)
  }

  /** Makes a thing that came all at once the state that later frames are compared with. */
  rebase({ cells }: Component, sharp: Float32Array): void {
    for (const snapshot of this.#snapshots) for (const cell of cells) snapshot[cell] = sharp[cell]!
  }

  /** How many cells of a thing, and just around it, changed by more than their limit and other than evenly. */
  count(component: Component, sharp: Float32Array, limits: Float32Array): number {
    const { columns, rows } = this.#grid
    const before = this.#snapshots[0]!
    let sum = 0
    for (const cell of component.cells) sum += sharp[cell]! - before[cell]!
    const even = sum / component.cells.length
    let changed = 0
    for (const cell of component.cells) {
      const difference = sharp[cell]! - before[cell]!
      const limit = limits[cell]!
      if (Math.abs(difference) > limit && Math.abs(difference - even) > limit) changed++
    }
    // What it uncovered: cells around it that stood out before and do so no more.
    const { left, right, top, bottom } = component
    for (let row = Math.max(0, top - 2); row <= Math.min(rows - 1, bottom + 2); row++) {
      for (let column = Math.max(0, left - 2); column <= Math.min(columns - 1, right + 2); column++) {
        const cell = row * columns + column
        const limit = limits[cell]!
        if (Math.abs(sharp[cell]!) < limit && Math.abs(before[cell]!) > limit * 1.2) changed++
      }
    }
    return changed
  }
}
