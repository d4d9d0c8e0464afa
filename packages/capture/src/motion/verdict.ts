import type { LightFit } from "./light-fit.ts"
import type { GridSize } from "./luma-grid.ts"

/**
 * Why a frame is motion or not:
 * - `motion`: something moves, in this frame and in one of the two before.
 * - `confirming`: something moves in this frame alone so far.
 * - `stationary`: something is there that was not, and stays where it is.
 * - `light`: parts of the picture changed in brightness and kept their texture.
 * - `scene`: most of the picture changed at once; it is learned anew.
 * - `learning`: the first seconds, or those after `scene`.
 * - `still`: nothing.
 */
export type MotionReason = "motion" | "confirming" | "stationary" | "light" | "scene" | "learning" | "still"

/** What a cell of the grid was found to be. */
export const cellKinds = ["still", "noise", "moving", "stationary", "light", "ignored"] as const

/** A thing that differs from the background. Numbers are fractions of the picture, 0 to 1. */
export interface MotionBox {
  readonly kind: "moving" | "stationary" | "light"
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Of the grid. */
  readonly cells: number
  /** Name of the zone that most of it is in. */
  readonly zone?: string | undefined
}

export interface MotionVerdict {
  readonly motion: boolean
  readonly reason: MotionReason
  /** Of the frame, in microseconds. */
  readonly timestamp: number
  readonly boxes: readonly MotionBox[]
  /** How the light of the whole picture stands against the background. */
  readonly light: LightFit
  readonly grid: GridSize
  /** For each cell an index into {@link cellKinds}, row by row. The detector's own: valid until its next `push`. */
  readonly cells: Uint8Array
}
