import type { DirectoryName } from "../walk/directories.ts"
import type { Place, Wanted } from "./changes.ts"
import type { ExifTagValue } from "./exif-value.ts"

/** One tag that is to be set, or removed by `null`. */
export interface TagChange {
  readonly directory: Extract<DirectoryName, "image" | "photo" | "gps">
  readonly tag: number
  readonly value: ExifTagValue | null
  /** It repeats what stands elsewhere, so it is written only where it is already. */
  readonly twin?: boolean
  /** A text like this says the same, and stays. */
  readonly unless?: RegExp
}

/** What is to change in an EXIF block (tags of Exif 3.0 tables 4 to 15, and those of Windows beside them). */
export interface ExifChanges {
  readonly tags: readonly TagChange[]
  /** Removes the directory of GPS with all that is in it. */
  readonly dropGps: boolean
}

export function exifChanges(wanted: Wanted): ExifChanges {
  const tags: TagChange[] = []
  const add = (directory: TagChange["directory"], tag: number, value: ExifTagValue | null, twin = false): void => {
    tags.push({ directory, tag, value, twin })
  }
  const { title, description, artists, copyright, software, keywords, rating, taken, location, orientation } = wanted
  if (description !== undefined) add("image", 0x010e, textValue(description))
  if (orientation !== undefined)
    add("image", 0x0112, orientation === null ? null : { type: "short", value: orientation })
  if (software !== undefined) add("image", 0x0131, textValue(software))
  if (artists !== undefined) {
    const names = artists === null ? null : artists.join("; ")
    add("image", 0x013b, textValue(names))
    add("image", 0x9c9d, wideValue(names), true)
  }
  if (rating !== undefined) {
    const stars = rating === null || rating < 0 ? null : rating
    add("image", 0x4746, stars === null ? null : { type: "short", value: stars }, true)
    add("image", 0x4749, stars === null ? null : { type: "short", value: percentOf(stars) }, true)
  }
  if (copyright !== undefined) add("image", 0x8298, textValue(copyright))
  if (title !== undefined) add("image", 0x9c9b, wideValue(title), true)
  if (keywords !== undefined) add("image", 0x9c9e, wideValue(keywords === null ? null : keywords.join(";")), true)
  if (taken !== undefined) {
    const date = taken === null ? null : `${taken.day.join(":")} ${taken.time.join(":")}`
    add("photo", 0x9003, textValue(date))
    add("photo", 0x9011, textValue(taken?.offset ?? null))
    add("photo", 0x9291, textValue(taken?.fraction ?? null))
  }
  if (location !== undefined && location !== null) tags.push(...placeTags(location))
  return { tags, dropGps: location === null }
}

/** Stars as Windows counts them. */
export function percentOf(stars: number): number {
  return [0, 1, 25, 50, 75, 99][stars] ?? 0
}

function textValue(text: string | null): ExifTagValue | null {
  return text === null ? null : { type: "text", text }
}

/** Windows keeps UTF-16 with a NUL at its end, in either byte order of the block. */
function wideValue(text: string | null): ExifTagValue | null {
  if (text === null) return null
  const view = new DataView(new ArrayBuffer(text.length * 2 + 2))
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true)
  return { type: "bytes", bytes: new Uint8Array(view.buffer) }
}

/** Exif 3.0 section 4.6.7: sizes of angles, with a letter for the hemisphere. */
function placeTags({ latitude, longitude, altitudeMeters }: Place): readonly TagChange[] {
  const gps = (tag: number, value: ExifTagValue | null): TagChange => ({ directory: "gps", tag, value })
  const altitude = altitudeMeters === undefined ? null : altitudeMeters
  return [
    gps(1, { type: "text", text: latitude < 0 ? "S" : "N" }),
    gps(2, angle(latitude)),
    gps(3, { type: "text", text: longitude < 0 ? "W" : "E" }),
    gps(4, angle(longitude)),
    gps(5, altitude === null ? null : { type: "bytes", bytes: Uint8Array.of(altitude < 0 ? 1 : 0) }),
    gps(6, altitude === null ? null : { type: "rational", values: [Math.round(Math.abs(altitude) * 1000), 1000] }),
    { ...gps(0x12, { type: "text", text: "WGS-84" }), twin: true, unless: /^WGS[ -_]?84/iu },
  ]
}

/** Degrees, minutes, and seconds to the millionth, which is 0.03 mm. */
function angle(degrees: number): ExifTagValue {
  const micro = 1_000_000
  const total = Math.round(Math.abs(degrees) * 3600 * micro)
  const minutes = Math.floor(total / (60 * micro))
  return { type: "rational", values: [Math.floor(minutes / 60), 1, minutes % 60, 1, total % (60 * micro), micro] }
}
