import type { ImageMetadata, LocalDate } from "../read/image-metadata.ts"

/** One line of a table: what says it, what it is called, and what it says. */
export interface TagRow {
  readonly group: string
  readonly name: string
  readonly value: string
}

/** What most want to know, in words and units. */
export function summaryRows(metadata: ImageMetadata): readonly TagRow[] {
  const { width, height, orientation, dates, location, camera, exposure, description, animation, clip, hidden } =
    metadata
  const rows: TagRow[] = []
  const add = (group: string, name: string, value: string | number | boolean | undefined, unit = ""): void => {
    if (value !== undefined) rows.push({ group, name, value: `${value}${unit}` })
  }
  add("picture", "type", metadata.mediaType)
  if (width !== undefined && height !== undefined) add("picture", "size", `${width} x ${height}`)
  if (orientation !== 1) add("picture", "orientation", orientation)
  add("picture", "frames", animation?.frames)
  add("picture", "duration", clip?.durationSeconds, " s")
  add("date", "taken", shownDate(dates.taken))
  add("date", "digitized", shownDate(dates.digitized))
  add("date", "modified", shownDate(dates.modified))
  if (location !== undefined) {
    add("place", "latitude", degrees(location.latitude), "°")
    add("place", "longitude", degrees(location.longitude), "°")
    add("place", "altitude", location.altitudeMeters, " m")
    add("place", "direction", location.directionDegrees, "°")
  }
  for (const [name, value] of Object.entries(camera ?? {})) add("camera", name, shown(value))
  add("exposure", "time", seconds(exposure?.timeSeconds), " s")
  add("exposure", "aperture", exposure?.fNumber === undefined ? undefined : `f/${exposure.fNumber}`)
  add("exposure", "ISO", exposure?.iso)
  add("exposure", "focal length", exposure?.focalLengthMm, " mm")
  add("exposure", "flash", exposure?.flashFired === undefined ? undefined : exposure.flashFired ? "fired" : "off")
  for (const [name, value] of Object.entries(description ?? {})) add("text", name, shown(value))
  for (const [name, value] of Object.entries(hidden)) add("hidden", name, shown(value))
  return rows
}

/** Every value of every block, under the name that the block gives it. */
export function tagRows(metadata: ImageMetadata): readonly TagRow[] {
  const rows: TagRow[] = []
  for (const [directory, tags] of Object.entries(metadata.exif ?? {}))
    for (const [name, value] of Object.entries(tags))
      rows.push({ group: `exif/${directory}`, name, value: shown(value) })
  for (const [name, values] of Object.entries(metadata.xmp ?? {}))
    for (const { text, path, language } of values)
      rows.push({
        group: "xmp",
        name: [name, path, language].filter((part) => part !== undefined).join(" "),
        value: text,
      })
  for (const [name, values] of Object.entries(metadata.iptc ?? {}))
    for (const value of values) rows.push({ group: "iptc", name, value })
  for (const [name, value] of Object.entries(metadata.icc ?? {})) rows.push({ group: "icc", name, value: shown(value) })
  for (const [name, value] of Object.entries(metadata.png ?? {})) rows.push({ group: "png", name, value: shown(value) })
  for (const { keyword, text, language } of metadata.text ?? [])
    rows.push({ group: "text", name: language === undefined ? keyword : `${keyword} ${language}`, value: text })
  for (const value of metadata.comments ?? []) rows.push({ group: "comment", name: "comment", value })
  return rows
}

/** To 0.1 m. */
function degrees(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** As cameras show it: `1/125`. */
function seconds(value: number | undefined): string | number | undefined {
  return value !== undefined && value < 0.4 ? `1/${Math.round(1 / value)}` : value
}

function shownDate(date: LocalDate | undefined): string | undefined {
  return date === undefined
    ? undefined
    : `${date.local.replace("T", " ")}${date.offset === undefined ? "" : ` ${date.offset}`}`
}

function shown(value: unknown): string {
  if (typeof value === "string") return value
  if (Array.isArray(value)) return value.map(shown).join(", ")
  if (typeof value === "object" && value !== null && "bytes" in value && typeof value.bytes === "number")
    return `(${value.bytes} bytes)`
  return JSON.stringify(value)
}

// A file must not move the cursor of a terminal, nor colour it.
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu
const maxShown = 160

/** One line for each row, in columns. Control characters are shown as `\u001b` and the like; long values are cut. */
export function table(rows: readonly TagRow[]): string {
  const widths = (["group", "name"] as const).map((column) =>
    Math.min(32, Math.max(0, ...rows.map((row) => row[column].length))),
  )
  return rows
    .map(({ group, name, value }) => {
      const line = value.length > maxShown ? `${value.slice(0, maxShown)}…` : value
      return `  ${printable(group).padEnd(widths[0] ?? 0)}  ${printable(name).padEnd(widths[1] ?? 0)}  ${printable(line)}\n`
    })
    .join("")
}

export function printable(text: string): string {
  return text.replace(unprintable, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
}
