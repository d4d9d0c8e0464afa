/** What a sensitivity means. */
export interface Thresholds {
  /** How many of its own deviations a cell must differ by. */
  readonly deviations: number
  /** And by at least this, in levels of 255. */
  readonly levels: number
  /** How many cells that touch each other make a thing. */
  readonly cells: number
}

export const defaultSensitivity = 6

const leastCells = [30, 25, 20, 16, 11, 6, 5, 4, 4, 3] as const

/** @param sensitivity - 1 (only large, plain things) to 10 (whatever stands out of the noise). @throws RangeError */
export function thresholdsOf(sensitivity: number): Thresholds {
  if (!(sensitivity >= 1 && sensitivity <= 10))
    throw new RangeError(`Cannot watch for motion: sensitivity ${sensitivity} is outside 1 to 10`)
  return {
    deviations: 6.4 - 0.4 * sensitivity,
    levels: Math.max(3, 15 - 1.5 * sensitivity),
    cells: leastCells[Math.round(sensitivity) - 1]!,
  }
}
