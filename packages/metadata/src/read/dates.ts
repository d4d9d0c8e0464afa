import type { Exif, ExifValue } from "../exif/decode.ts"
import type { Iptc } from "../iptc/read-iptc.ts"
import type { Xmp } from "../xmp/read-xmp.ts"
import type { Blocks } from "./blocks.ts"
import type { ImageMetadata, LocalDate } from "./image-metadata.ts"
import { some } from "./known-fields.ts"

/** The groups that dates are taken from. */
interface Groups {
  readonly exif?: Exif | undefined
  readonly xmp?: Xmp | undefined
  readonly iptc?: Iptc | undefined
}

/** When the picture was taken, digitized and changed: by EXIF, else XMP, else IPTC; the change of a PNG by `tIME`. */
export function readDates({ exif, xmp, iptc }: Groups, { modified }: Blocks): ImageMetadata["dates"] {
  const fromExif = (name: string, offset: string, fraction: string, group: "photo" | "image"): LocalDate | undefined =>
    dateOf(
      textOf(exif?.[group]?.[name]) ?? textOf(exif?.photo?.[name]) ?? textOf(exif?.image?.[name]),
      `exif:${name}`,
      textOf(exif?.photo?.[offset]),
      digits(exif?.photo?.[fraction]),
    )
  const fromXmp = (name: string): LocalDate | undefined => dateOf(xmp?.[name]?.[0]?.text, `xmp:${name}`)
  const fromIptc = (date: string, time: string): LocalDate | undefined =>
    iptcDate(iptc?.[date]?.[0], iptc?.[time]?.[0], `iptc:${date}`)
  const taken =
    fromExif("DateTimeOriginal", "OffsetTimeOriginal", "SubSecTimeOriginal", "photo") ??
    fromXmp("exif:DateTimeOriginal") ??
    fromXmp("photoshop:DateCreated") ??
    fromIptc("DateCreated", "TimeCreated")
  const digitized =
    fromExif("CreateDate", "OffsetTimeDigitized", "SubSecTimeDigitized", "photo") ??
    fromXmp("exif:DateTimeDigitized") ??
    fromXmp("xmp:CreateDate") ??
    fromIptc("DigitalCreationDate", "DigitalCreationTime")
  const changed =
    fromExif("ModifyDate", "OffsetTime", "SubSecTime", "image") ??
    fromXmp("xmp:ModifyDate") ??
    dateOf(modified, "png:tIME", "Z")
  return some({ taken, digitized, modified: changed }) ?? {}
}

// Years, months … of ISO 8601 and of EXIF, whose writers use any mark between; then a zone.
const pattern =
  /^(\d{4})[:/.-](\d{1,2})(?:[:/.-](\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?$/iu

/**
 * A date as the file writes it. `undefined` for what is no date: words, zeros, a month 13, and the dates that programs
 * write when they know none (1970-01-01 and 4501-01-01 at midnight).
 */
export function dateOf(
  written: string | undefined,
  source: string,
  offset?: string,
  fraction?: string,
): LocalDate | undefined {
  const found = written === undefined ? null : pattern.exec(written.trim())
  if (found === null) return undefined
  const [, year = "", month = "", day, hour, minute = "", second = "00", inline, zone] = found
  const date = day === undefined ? `${year}-${pad(month)}` : `${year}-${pad(month)}-${pad(day)}`
  if (!isDay(Number(year), Number(month), Number(day ?? 1))) return undefined
  const known = zoneOf(zone) ?? zoneOf(offset?.trim())
  if (hour === undefined) return { local: date, source }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const time = `${pad(hour)}:${pad(minute)}:${pad(second)}`
  if (time === "00:00:00" && (date === "1970-01-01" || date === "4501-01-01")) return undefined
  const part = inline ?? fraction
  const local = part === undefined ? `${date}T${time}` : `${date}T${time}.${part}`
  return known === undefined ? { local, source } : { local, offset: known, source }
}

function isDay(year: number, month: number, day: number): boolean {
  if (year === 0 || month < 1 || month > 12 || day < 1) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

function pad(part: string): string {
  return part.length === 1 ? `0${part}` : part
}

/** `+02:00`, or `Z`; `undefined` for blanks and for zones that are none on earth. */
function zoneOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (/^z$/iu.test(text)) return "Z"
  const found = /^([+-])(\d{2}):?(\d{2})$/u.exec(text)
  if (found === null || Number(found[2]) > 14 || Number(found[3]) > 59) return undefined
  return `${found[1]}${found[2]}:${found[3]}`
}

/** IIM 2:55 is `CCYYMMDD`, 2:60 `HHMMSS±HHMM`. */
function iptcDate(date: string | undefined, time: string | undefined, source: string): LocalDate | undefined {
  const day = /^(\d{4})(\d{2})(\d{2})$/u.exec(date?.trim() ?? "")
  if (day === null) return undefined
  const clock = /^(\d{2})(\d{2})(\d{2})([+-]\d{4})?$/u.exec(time?.trim() ?? "")
  const written = `${day[1]}-${day[2]}-${day[3]}`
  return dateOf(clock === null ? written : `${written}T${clock[1]}:${clock[2]}:${clock[3]}${clock[4] ?? ""}`, source)
}

function textOf(value: ExifValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined
}

function digits(value: ExifValue | undefined): string | undefined {
  return typeof value === "string" && /^\d{1,9}$/u.test(value) ? value : undefined
}
