import type { Component } from "./components.ts"
import type { LightFit } from "./light-fit.ts"
import type { GridSize } from "./luma-grid.ts"

/** A snapshot for every 150 ms, and the oldest of four to compare with: what moves by a cell in half a second moves. */
const everyMicroseconds = 140_000
const snapshotCount = 4

const calmMicroseconds = 450_000

/** A patch of light is taken into the background within two or three frames. */
const longestLightMicroseconds = 600_000

type Box = Pick<Component, "left" | "right" | "top" | "bottom">

interface Snapshot {
  /** Brightness, in the light of `gain` and `offset` since. */
  readonly cells: Float32Array
  /** How it stood out from the background. */
  readonly sharp: Float32Array
  gain: number
  offset: number
}

/**
 * Remembers what the picture was a moment ago, so that what moves can be told from what stays. A cell has changed when
 * both its brightness and how it stands out have: the one alone changes when a camera shakes, the other when a thing is
 * taken into the background.
 */
export class Activity {
  readonly #grid: GridSize
  readonly #snapshots: Snapshot[]
  readonly #previous: Snapshot
  readonly #calmUntil: Float64Array
  readonly #litUntil: Float64Array
  readonly #litSince: Float64Array
  #newestAt = Number.NEGATIVE_INFINITY

  constructor(grid: GridSize) {
    this.#grid = grid
    const count = grid.columns * grid.rows
    this.#calmUntil = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
    this.#litUntil = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
    this.#litSince = new Float64Array(count)
    this.#snapshots = Array.from({ length: snapshotCount }, () => emptySnapshot(count))
    this.#previous = emptySnapshot(count)
  }

  /** Carries what is remembered into the light of the frame that comes. */
  relight(light: Pick<LightFit, "gain" | "offset">): void {
    for (const snapshot of [...this.#snapshots, this.#previous]) {
      snapshot.gain *= light.gain
      snapshot.offset = snapshot.offset * light.gain + light.offset
    }
  }

  /** Takes a snapshot when it is time for one. */
  remember(cells: Float32Array, sharp: Float32Array, timestamp: number): void {
    fill(this.#previous, cells, sharp)
    if (timestamp - this.#newestAt < everyMicroseconds) return
    this.#newestAt = timestamp
    const oldest = this.#snapshots.shift()!
    fill(oldest, cells, sharp)
    this.#snapshots.push(oldest)
  }

  /**
   * Makes a part of the picture, as it is in this frame, what later frames are compared with: what came there all at
   * once has to move on to count. For a while, more that comes all at once there is of the same making.
   */
  rebase(part: Box, cells: Float32Array, sharp: Float32Array, timestamp: number): void {
    this.#eachCell(part, 1, (cell) => {
      this.#calmUntil[cell] = timestamp + calmMicroseconds
      for (const snapshot of this.#snapshots) {
        snapshot.cells[cell] = (cells[cell]! - snapshot.offset) / snapshot.gain
        snapshot.sharp[cell] = sharp[cell]!
      }
    })
  }

  /** Marks a part as one where the light changes. */
  light(part: Box, timestamp: number): void {
    this.#eachCell(part, 1, (cell) => {
      if (this.#litUntil[cell]! < timestamp) this.#litSince[cell] = timestamp
      this.#litUntil[cell] = timestamp + calmMicroseconds
    })
  }

  /** Whether the light has been changing where a thing is for longer than light does: then it is the thing. */
  isLitTooLong({ cells: members }: Component, timestamp: number): boolean {
    return members.some(
      (cell) => this.#litUntil[cell]! >= timestamp && timestamp - this.#litSince[cell]! > longestLightMicroseconds,
    )
  }

  /** Whether most of a thing is where the light changed a moment ago: what is left of that change. */
  isLit({ cells: members }: Component, timestamp: number): boolean {
    return isWithin(members, this.#litUntil, timestamp)
  }

  /** Whether most of a thing is where something came all at once a moment ago. */
  isAftermath({ cells: members }: Component, timestamp: number): boolean {
    return isWithin(members, this.#calmUntil, timestamp)
  }

  /** How many cells of a thing, and just around it, changed by more than their limit and other than evenly. */
  count(
    component: Component,
    cells: Float32Array,
    sharp: Float32Array,
    limits: Float32Array,
    since: "lately" | "last frame" = "lately",
  ): number {
    const before = since === "lately" ? this.#snapshots[0]! : this.#previous
    let sum = 0
    for (const cell of component.cells) sum += sharp[cell]! - before.sharp[cell]!
    const even = sum / component.cells.length
    // By both: where the light of a frame was not understood, its brightness as it was is the better measure.
    const changedBy = (cell: number) =>
      Math.min(
        Math.abs(cells[cell]! - before.gain * before.cells[cell]! - before.offset),
        Math.abs(cells[cell]! - before.cells[cell]!),
      )
    let changed = 0
    for (const cell of component.cells) {
      const was = before.sharp[cell]!
      const difference = sharp[cell]! - was
      const limit = limits[cell]!
      if (Math.abs(difference) <= limit || changedBy(cell) <= limit) continue
      // Where it was already, it may only have become brighter or darker as a whole.
      if (Math.abs(was) < limit || Math.abs(difference - even) > limit) changed++
    }
    // What it uncovered: cells around it that stood out before and do so no more.
    this.#eachCell(component, 2, (cell) => {
      const limit = limits[cell]!
      const [was, is] = [before.sharp[cell]!, sharp[cell]!]
      if (Math.abs(is) < limit && Math.abs(was) > limit && Math.abs(is - was) > limit && changedBy(cell) > limit)
        changed++
    })
    return changed
  }
  #eachCell({ left, right, top, bottom }: Box, margin: number, visit: (cell: number) => void): void {
    const { columns, rows } = this.#grid
    const [first, last] = [Math.max(0, left - margin), Math.min(columns - 1, right + margin)]
    for (let row = Math.max(0, top - margin); row <= Math.min(rows - 1, bottom + margin); row++)
      for (let column = first; column <= last; column++) visit(row * columns + column)
  }
}

function emptySnapshot(count: number): Snapshot {
  return { cells: new Float32Array(count), sharp: new Float32Array(count), gain: 1, offset: 0 }
}

function fill(snapshot: Snapshot, cells: Float32Array, sharp: Float32Array): void {
  snapshot.cells.set(cells)
  snapshot.sharp.set(sharp)
  snapshot.gain = 1
  snapshot.offset = 0
}

function isWithin(members: readonly number[], until: Float64Array, timestamp: number): boolean {
  let count = 0
  for (const cell of members) if (until[cell]! >= timestamp) count++
  return count > members.length * 0.6
}
