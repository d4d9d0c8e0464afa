import { strings } from "../strings.ts"

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" })
const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
const bytesFormat = new Intl.NumberFormat("en", { maximumFractionDigits: 1 })

/** `20 November 2026`, or Today and Yesterday. Times are milliseconds since 1970, shown in the browser's zone. */
export function dayInWords(at: number, now: number): string {
  if (isSameDay(at, now)) return strings.library.today
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  if (isSameDay(at, yesterday.getTime())) return strings.library.yesterday
  return calendarDay(at)
}

export function calendarDay(at: number): string {
  return dayFormat.format(at)
}

export function clockTime(at: number): string {
  return timeFormat.format(at)
}

export function dayAndTime(at: number): string {
  return `${calendarDay(at)}, ${clockTime(at)}`
}

/** Such as `0:07`, `12:30` or `1:02:03`; begun seconds do not count. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number): string => String(value).padStart(2, "0")
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** Such as `1.4 MB` (decimal units). */
export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${bytesFormat.format(bytes / 1000)} kB`
  return `${bytesFormat.format(bytes / 1_000_000)} MB`
}

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** A camera's own time, in no zone but its own: `6 May 2024, 07:08 +02:00`. */
export function takenInWords({
  local,
  offset,
}: {
  readonly local: string
  readonly offset?: string | undefined
}): string {
  const hasTime = local.length > 10
  const at = Date.parse(hasTime ? `${local}Z` : `${local}T00:00:00Z`)
  if (Number.isNaN(at)) return local
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(at)
  if (!hasTime) return day
  return `${day}, ${local.slice(11, 16)}${offset === undefined ? "" : ` ${offset === "Z" || offset === "+00:00" ? "UTC" : offset}`}`
}
