import { checkZone, instantOf, wallTime } from "./zone-time.ts"

export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday"

/**
 * Hours in which nothing is sent; what happens then is told at their end. They begin and end by the clocks of a zone:
 * `from` on that day, `to` the same day or, where it is not later than `from`, the next.
 *
 * Where clocks change, quiet hours are one unbroken time: a beginning or end that clocks show twice is the first of a
 * beginning and the last of an end; one that clocks skip is the moment of the change.
 */
export interface QuietHours {
  /** An IANA name, such as `Europe/Berlin`. */
  readonly zone: string
  /** `HH:MM`, 00:00 to 23:59. */
  readonly from: string
  readonly to: string
  /** On which they begin. Default: every day. */
  readonly days?: readonly Weekday[] | undefined
}

const weekdays: readonly Weekday[] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
const dayMs = 86_400_000

/** @throws RangeError */
export function checkQuietHours(hours: QuietHours): void {
  checkZone(hours.zone)
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
  if (from === to && (hours.days === undefined || new Set(hours.days).size === weekdays.length))
    throw new RangeError("Cannot use quiet hours: they are never over")
  if (hours.days?.some((day) => !weekdays.includes(day)) === true)
    throw new RangeError("Cannot use quiet hours: days are named monday to sunday")
}

/**
 * When the quiet hours that hold at `now` end; `undefined` when none do. Several that follow on one another are one.
 *
 * @example
 * ```ts
 * const nights: QuietHours = { zone: "Europe/Berlin", from: "22:00", to: "07:00" }
 * const until = quietUntil(nights, Date.parse("2026-10-25T00:30:00Z")) // the night on which clocks go back
 * assert.equal(new Date(until ?? 0).toISOString(), "2026-10-25T06:00:00.000Z")
 * assert.equal(quietUntil(nights, Date.parse("2026-10-25T06:00:00Z")), undefined)
 * ```
 */
export function quietUntil(hours: QuietHours, now: number): number | undefined {
  let until: number | undefined
  // All of a week, at most: hours without a gap are never over.
  for (let day = 0; day < 8; day += 1) {
    const end = endOfHolding(hours, until ?? now)
    if (end === undefined) return until
    until = end
  }
  return until
}

function endOfHolding(hours: QuietHours, instant: number): number | undefined {
  const today = Math.floor(wallTime(instant, hours.zone) / dayMs) * dayMs
  // Yesterday's may still last; where clocks change around midnight, tomorrow's may have begun.
  const ends = [-2, -1, 0, 1]
    .map((days) => window(hours, today + days * dayMs))
    .filter((found) => found !== undefined && found.start <= instant && instant < found.end)
    .map((found) => found?.end ?? instant)
  return ends.length === 0 ? undefined : Math.max(...ends)
}

/** The quiet hours that begin on a day, half-open. */
function window(hours: QuietHours, day: number): { readonly start: number; readonly end: number } | undefined {
  const weekday = weekdays[new Date(day).getUTCDay()]
  if (weekday === undefined || hours.days?.includes(weekday) === false) return undefined
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
  const end = day + (to > from ? 0 : dayMs) + to * 60_000
  return {
    start: instantOf(day + from * 60_000, hours.zone, "first"),
    end: instantOf(end, hours.zone, "last"),
  }
}

function minutesOf(time: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/u.exec(time)
  if (match === null) throw new RangeError("Cannot use quiet hours: times are HH:MM, 00:00 to 23:59")
  return Number(match[1]) * 60 + Number(match[2])
}
