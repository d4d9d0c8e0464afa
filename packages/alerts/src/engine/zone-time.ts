/** A calendar day and a time of day, as a clock on the wall shows it, as if it were UTC: milliseconds since 1970. */
export type WallTime = number

const hourMs = 3_600_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError where the zone is no IANA name. */
export function checkZone(zone: string): void {
  format(zone)
}

/** What the clocks of a zone show at an instant. */
export function wallTime(instant: number, zone: string): WallTime {
  const part: Record<string, number> = {}
  for (const { type, value } of format(zone).formatToParts(instant)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000)
}

/**
 * The instant at which the clocks of a zone show `wall`. Where they show it twice (clocks go back), the first or the last
 * one, as asked; where they never show it (clocks go forward), the instant of the change.
 */
export function instantOf(wall: WallTime, zone: string, which: "first" | "last"): number {
  // No zone is more than 14 hours from UTC, and none changes twice in two days.
  const [before, after] = [offset(wall - 26 * hourMs, zone), offset(wall + 26 * hourMs, zone)]
  const showing = [wall - before, wall - after].filter((instant) => wallTime(instant, zone) === wall)
  if (showing.length > 0) return which === "first" ? Math.min(...showing) : Math.max(...showing)
  return changeBetween(wall - 26 * hourMs, wall + 26 * hourMs, zone)
}

/** When the offset changes between two instants with different offsets: found by halving, to the millisecond. */
function changeBetween(from: number, to: number, zone: string): number {
  const first = offset(from, zone)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset(middle, zone) === first) low = middle
    else high = middle
  }
  return high
}

function offset(instant: number, zone: string): number {
  return wallTime(instant, zone) - instant
}

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  })
  formats.set(zone, made)
  return made
}
