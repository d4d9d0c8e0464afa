import { eachCell, type Box, type Component } from "./components.ts"
import type { GridSize } from "./luma-grid.ts"

/** A snapshot for every 150 ms, and the oldest of four to compare with: what moves by a cell in half a second moves. */
const everyMicroseconds = 140_000
const snapshotCount = 4

/** What comes where something came all at once is of the same making for that long. */
const calmMicroseconds = 450_000

/** A patch of light is taken into the background within two or three frames. */
const longestLightMicroseconds = 600_000

interface Snapshot {
  /** Brightness. */
  readonly cells: Float32Array
  /** How it stood out from the background. */
  readonly sharp: Float32Array
}

/**
 * Remembers what the picture was a moment ago, so that what moves can be told from what stays. A cell has changed when
 * both its brightness and how it stands out have: the one alone changes when a camera shakes, the other when a thing is
 * taken into the background.
 */
export interface Activity {
  /** Takes a snapshot when it is time for one. */
  remember(timestamp: number): void
  /**
   * Makes a part of the picture, as it is in this frame, what later frames are compared with: what came there all at
   * once has to move on to count. For a while, more that comes all at once there is of the same making.
   * @param isLight - It is a change of light.
   */
  rebase(part: Box, timestamp: number, isLight: boolean): void
  /** Whether most of a thing is where something came all at once a moment ago; or where the light changed. */
  isAftermath(component: Component, timestamp: number, ofLight: boolean): boolean
  /** Whether the light has been changing where a thing is for longer than light does: then it is the thing. */
  isLitTooLong(component: Component, timestamp: number): boolean
  /** How many cells of a thing changed by more than their limit and other than evenly. */
  count(component: Component, limits: Float32Array, since: "lately" | "last frame"): number
}

/** @param cells - Of the frame, kept up to date by the caller, as is `sharp`. */
export function createActivity(grid: GridSize, cells: Float32Array, sharp: Float32Array): Activity {
  const fresh = (): Snapshot => ({ cells: cells.slice(), sharp: sharp.slice() })
  const snapshots = Array.from({ length: snapshotCount }, fresh)
  const previous = fresh()
  const calmUntil = new Float64Array(cells.length).fill(-Infinity)
  const litUntil = calmUntil.slice()
  const litSince = calmUntil.slice()
  let newestAt = -Infinity

  const take = (snapshot: Snapshot) => {
    snapshot.cells.set(cells)
    snapshot.sharp.set(sharp)
  }
  return {
    remember(timestamp) {
      take(previous)
      if (timestamp - newestAt < everyMicroseconds) return
      newestAt = timestamp
      const oldest = snapshots.shift()!
      take(oldest)
      snapshots.push(oldest)
    },
    rebase(part, timestamp, isLight) {
      eachCell(grid, part, 1, (cell) => {
        calmUntil[cell] = timestamp + calmMicroseconds
        if (isLight) {
          if (litUntil[cell]! < timestamp) litSince[cell] = timestamp
          litUntil[cell] = timestamp + calmMicroseconds
        }
        for (const snapshot of snapshots) {
          snapshot.cells[cell] = cells[cell]!
          snapshot.sharp[cell] = sharp[cell]!
        }
      })
    },
    isAftermath({ cells: members }, timestamp, ofLight) {
      const until = ofLight ? litUntil : calmUntil
      return members.filter((cell) => until[cell]! >= timestamp).length > members.length * 0.6
    },
    isLitTooLong({ cells: members }, timestamp) {
      return members.some(
        (cell) => litUntil[cell]! >= timestamp && timestamp - litSince[cell]! > longestLightMicroseconds,
      )
    },
    count(component, limits, since) {
      const { cells: was, sharp: wasSharp } = since === "lately" ? snapshots[0]! : previous
      const { cells: members } = component
      const even = members.reduce((sum, cell) => sum + sharp[cell]! - wasSharp[cell]!, 0) / members.length
      const hasChanged = (cell: number) => {
        const limit = limits[cell]!
        return Math.abs(sharp[cell]! - wasSharp[cell]!) > limit && Math.abs(cells[cell]! - was[cell]!) > limit
      }
      let changed = 0
      for (const cell of members) {
        const limit = limits[cell]!
        const before = wasSharp[cell]!
        // Where it was already, it may only have become brighter or darker as a whole.
        if (hasChanged(cell) && (Math.abs(before) < limit || Math.abs(sharp[cell]! - before - even) > limit)) changed++
      }
      return changed
    },
  }
}
