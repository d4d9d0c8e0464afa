import type { Orientation } from "../read/image-metadata.ts"

/** A property of XMP by its namespace, for what no field here stands for. */
export interface CustomProperty {
  /** Such as `http://ns.adobe.com/photoshop/1.0/`. */
  readonly namespace: string
  /** What to write before the name where the file has no prefix of its own for the namespace. */
  readonly prefix: string
  readonly name: string
  /** A text, an unordered list, or `null` to remove it. */
  readonly value: string | readonly string[] | null
}

/**
 * What is to be different. A field that is absent stays as it is; `null`, an empty text and an empty list remove it.
 * Texts are Unicode without control characters other than tab and line ends.
 */
export interface MetadataChanges {
  readonly title?: string | null | undefined
  readonly description?: string | null | undefined
  readonly artists?: readonly string[] | null | undefined
  readonly copyright?: string | null | undefined
  readonly software?: string | null | undefined
  readonly keywords?: readonly string[] | null | undefined
  /** -1 (rejected) to 5. */
  readonly rating?: number | null | undefined
  /** When it was taken: by the clock of the camera, with the offset of that clock where it is known. */
  readonly taken?: TakenDate | null | undefined
  /** Where it was taken, as a whole: without an altitude, the old one goes. */
  readonly location?: Place | null | undefined
  readonly orientation?: Orientation | null | undefined
  readonly xmp?: readonly CustomProperty[] | undefined
}

export interface TakenDate {
  /** `2024-05-06T07:08:09`, with a fraction of up to nine digits if there is one. */
  readonly local: string
  /** `+02:00`, `-09:30` or `Z`. */
  readonly offset?: string | undefined
}

export interface Place {
  /** Degrees (WGS 84), north positive, -90 to 90. */
  readonly latitude: number
  /** Degrees, east positive, -180 to 180. */
  readonly longitude: number
  /** Above sea level, below it negative; at most 1,000 km. */
  readonly altitudeMeters?: number | undefined
}

/** A date taken apart, with two digits each. */
export interface DateParts {
  readonly day: readonly [year: string, month: string, day: string]
  readonly time: readonly [hour: string, minute: string, second: string]
  readonly fraction: string | undefined
  /** `+02:00` and the like. */
  readonly offset: string | undefined
}

/** Changes as blocks take them: `undefined` means as it is, `null` away. */
export interface Wanted {
  readonly title: string | null | undefined
  readonly description: string | null | undefined
  readonly artists: readonly string[] | null | undefined
  readonly copyright: string | null | undefined
  readonly software: string | null | undefined
  readonly keywords: readonly string[] | null | undefined
  readonly rating: number | null | undefined
  readonly taken: DateParts | null | undefined
  readonly location: Place | null | undefined
  readonly orientation: Orientation | null | undefined
  readonly xmp: readonly CustomProperty[]
}

/** @throws RangeError for a value that cannot be written as what it is. */
export function checkChanges(changes: MetadataChanges): Wanted {
  const { rating, orientation, xmp = [] } = changes
  if (rating !== undefined && rating !== null && !(Number.isInteger(rating) && rating >= -1 && rating <= 5))
    throw new RangeError("Cannot edit: the rating is none of -1 to 5")
  if (
    orientation !== undefined &&
    orientation !== null &&
    !(Number.isInteger(orientation) && orientation >= 1 && orientation <= 8)
  )
    throw new RangeError("Cannot edit: the orientation is none of 1 to 8")
  return {
    title: text("title", changes.title),
    description: text("description", changes.description),
    artists: list("artists", changes.artists),
    copyright: text("copyright", changes.copyright),
    software: text("software", changes.software),
    keywords: list("keywords", changes.keywords),
    rating,
    taken: changes.taken === undefined || changes.taken === null ? changes.taken : dateParts(changes.taken),
    location: changes.location === undefined || changes.location === null ? changes.location : place(changes.location),
    orientation,
    xmp: xmp.map(custom),
  }
}

// XML 1.0 section 2.2 has no other control characters, and no half of a pair; a text in EXIF ends at a NUL.
// oxlint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u
/** A text longer than this is none of those that fields here are for. */
const maxTextLength = 32_000

function text(name: string, value: string | null | undefined): string | null | undefined {
  if (value === undefined || value === null) return value
  if (unwritable.test(value)) throw new RangeError(`Cannot edit: ${name} holds characters that no text may hold`)
  if (value.length > maxTextLength) throw new RangeError(`Cannot edit: ${name} is longer than ${maxTextLength}`)
  const trimmed = value.trim()
  return trimmed === "" ? null : trimmed
}

function list(name: string, values: readonly string[] | null | undefined): readonly string[] | null | undefined {
  if (values === undefined || values === null) return values
  const texts = values.map((value) => text(name, value)).filter((value) => typeof value === "string")
  return texts.length === 0 ? null : texts
}

const datePattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/u

function dateParts({ local, offset }: TakenDate): DateParts {
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "00", fraction] =
    datePattern.exec(local) ?? []
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // Date makes 2 March of 30 February; no such day is one to write.
  if (Number.isNaN(instant.getTime()) || instant.getUTCDate() !== Number(day) || year === "0000")
    throw new RangeError("Cannot edit: the date is not like 2024-05-06T07:08:09")
  if (offset !== undefined && !/^(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/u.test(offset))
    throw new RangeError("Cannot edit: the offset is not like +02:00 or Z")
  return {
    day: [year, month, day],
    time: [hour, minute, second],
    fraction,
    offset: offset === "Z" ? "+00:00" : offset,
  }
}

function place(value: Place): Place {
  const { latitude, longitude, altitudeMeters } = value
  if (!(Math.abs(latitude) <= 90)) throw new RangeError("Cannot edit: the latitude is none of -90 to 90")
  if (!(Math.abs(longitude) <= 180)) throw new RangeError("Cannot edit: the longitude is none of -180 to 180")
  if (altitudeMeters !== undefined && !(Math.abs(altitudeMeters) <= 1_000_000))
    throw new RangeError("Cannot edit: the altitude is none of -1,000,000 to 1,000,000 m")
  return value
}

function custom(property: CustomProperty): CustomProperty {
  const name = /^[\p{L}_][\p{L}\p{N}_.-]*$/u
  if (!name.test(property.name) || !name.test(property.prefix) || /^(?:xml|rdf)/iu.test(property.prefix))
    throw new RangeError("Cannot edit: a property of XMP has a name or prefix that XML does not allow")
  if (!/^[a-z][a-z\d+.-]*:\S+$/iu.test(property.namespace) || unwritable.test(property.namespace))
    throw new RangeError("Cannot edit: the namespace of a property of XMP is no URI")
  const { value } = property
  const checked = typeof value === "string" ? text(property.name, value) : list(property.name, value)
  return { ...property, value: checked ?? null }
}
