import { namespaceOf } from "../xmp/namespaces.ts"
import type { DateParts, Place, Wanted } from "./changes.ts"
import { percentOf } from "./exif-changes.ts"

/** One property that is to be set, or removed by `null`. */
export interface XmpChange {
  readonly namespace: string
  readonly prefix: string
  /** Without its prefix; every property of the namespace that begins so when it ends in `*`. */
  readonly name: string
  /** ISO 16684-1 section 6.3: a text, an ordered or unordered list, or a text in several languages. */
  readonly form: "text" | "Seq" | "Bag" | "Alt"
  readonly values: readonly string[] | null
  /** It repeats what stands elsewhere, so it is written only where it is already. */
  readonly twin: boolean
}

/** What is to change in XMP. What EXIF has no tag for is written here even where there was none. */
export function xmpChanges(wanted: Wanted): readonly XmpChange[] {
  const changes: XmpChange[] = []
  const add = (
    written: string,
    form: XmpChange["form"],
    value: string | readonly string[] | null,
    twin = true,
  ): void => {
    const [prefix = "", name = ""] = written.split(":")
    const values = typeof value === "string" ? [value] : value
    changes.push({ namespace: namespaceOf(prefix), prefix, name, form, values, twin })
  }
  const { title, description, artists, copyright, software, keywords, rating, taken, location, orientation } = wanted
  if (title !== undefined) add("dc:title", "Alt", title, false)
  if (description !== undefined) {
    add("dc:description", "Alt", description)
    add("tiff:ImageDescription", "Alt", description)
  }
  if (artists !== undefined) {
    add("dc:creator", "Seq", artists)
    add("tiff:Artist", "text", artists?.join("; ") ?? null)
  }
  if (copyright !== undefined) {
    add("dc:rights", "Alt", copyright)
    add("tiff:Copyright", "Alt", copyright)
  }
  if (software !== undefined) {
    add("xmp:CreatorTool", "text", software)
    add("tiff:Software", "text", software)
  }
  if (keywords !== undefined) add("dc:subject", "Bag", keywords, false)
  if (rating !== undefined) {
    add("xmp:Rating", "text", rating === null ? null : String(rating), false)
    add("MicrosoftPhoto:Rating", "text", rating === null ? null : String(percentOf(Math.max(0, rating))))
  }
  if (taken !== undefined) {
    const date = taken === null ? null : isoDate(taken)
    add("exif:DateTimeOriginal", "text", date)
    add("photoshop:DateCreated", "text", date)
    for (const prefix of ["exif", "exifEX"]) {
      add(`${prefix}:OffsetTimeOriginal`, "text", taken?.offset ?? null)
      add(`${prefix}:SubSecTimeOriginal`, "text", taken?.fraction ?? null)
    }
  }
  if (location === null) add("exif:GPS*", "text", null)
  else if (location !== undefined) addPlace(location)
  if (orientation !== undefined) add("tiff:Orientation", "text", orientation === null ? null : String(orientation))
  for (const { namespace, prefix, name, value } of wanted.xmp) {
    const values = typeof value === "string" ? [value] : value
    changes.push({ namespace, prefix, name, form: typeof value === "string" ? "text" : "Bag", values, twin: false })
  }
  return changes

  function addPlace({ latitude, longitude, altitudeMeters: altitude }: Place): void {
    add("exif:GPSLatitude", "text", coordinate(latitude, "NS"))
    add("exif:GPSLongitude", "text", coordinate(longitude, "EW"))
    add("exif:GPSAltitude", "text", altitude === undefined ? null : `${Math.round(Math.abs(altitude) * 1000)}/1000`)
    add("exif:GPSAltitudeRef", "text", altitude === undefined ? null : altitude < 0 ? "1" : "0")
    add("exif:GPSMapDatum", "text", "WGS-84")
  }
}

/** As PNG and XMP write it: ISO 8601. */
export function isoDate({ day, time, fraction, offset }: DateParts): string {
  return `${day.join("-")}T${time.join(":")}${fraction === undefined ? "" : `.${fraction}`}${offset ?? ""}`
}

/** XMP specification part 2, GPSCoordinate: `DDD,MM.mmk`. */
function coordinate(degrees: number, letters: string): string {
  const total = Math.round(Math.abs(degrees) * 60 * 1e8)
  const whole = Math.floor(total / (60 * 1e8))
  const minutes = ((total - whole * 60 * 1e8) / 1e8).toFixed(8).replace(/0{1,6}$/u, "")
  return `${whole},${minutes}${letters[degrees < 0 ? 1 : 0]}`
}
