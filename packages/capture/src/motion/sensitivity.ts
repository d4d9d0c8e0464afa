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

/** @param sensitivity - 1 (only large, plain things) to 10 (whatever stands out of the noise). @throws RangeError */
export function thresholdsOf(sensitivity: number): Thresholds {
  if (!(sensitivity >= 1 && sensitivity <= 10))
    throw new RangeError(`Cannot watch for motion: sensitivity ${sensitivity} is outside 1 to 10`)
  const steps = defaultSensitivity - sensitivity
  return {
    deviations: 4 + 0.4 * steps,
    levels: Math.max(3, 6 + 1.5 * steps),
    cells: Math.max(3, Math.round(6 * (steps >= 0 ? 1 + 0.8 * steps : 1 + 0.13 * steps))),
  }
}
