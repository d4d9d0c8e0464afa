import { stepOf, type DecodedExif, type ExifDirectory, type ExifValue } from "../exif/decode.ts"
import type { Xmp } from "../xmp/read-xmp.ts"
import { dateOf } from "./dates.ts"
import type { LocalDate, Location } from "./image-metadata.ts"

/** Where the picture was taken, by EXIF (Exif 3.0 section 4.6.7), else by XMP. */
export function readLocation(
  block: Uint8Array | undefined,
  decoded: DecodedExif | undefined,
  xmp: Xmp | undefined,
): Location | undefined {
  const gps = decoded?.exif.gps
  const found = gps === undefined ? undefined : fromExif(gps)
  if (found === undefined || block === undefined || decoded === undefined) return found ?? fromXmp(xmp)
  const precisionDegrees = precision(block, decoded)
  return { ...found, ...(precisionDegrees === undefined ? {} : { precisionDegrees }) }
}

function fromExif(gps: ExifDirectory): Location | undefined {
  const latitude = degrees(gps["GPSLatitude"], gps["GPSLatitudeRef"], 90)
  const longitude = degrees(gps["GPSLongitude"], gps["GPSLongitudeRef"], 180)
  if (latitude === undefined || longitude === undefined) return undefined
  const altitude = numberOf(gps["GPSAltitude"])
  // 1 and 3 are below sea level and below the ellipsoid.
  const below = [1, 3].includes(numberOf(gps["GPSAltitudeRef"]) ?? 0)
  const error = numberOf(gps["GPSHPositioningError"])
  const direction = numberOf(gps["GPSImgDirection"])
  const reference = textOf(gps["GPSImgDirectionRef"])
  const datum = textOf(gps["GPSMapDatum"])
  const time = timeOf(gps)
  return {
    latitude,
    longitude,
    ...(altitude === undefined ? {} : { altitudeMeters: below ? -altitude : altitude }),
    ...(error === undefined ? {} : { errorMeters: error }),
    ...(direction === undefined || direction > 360 ? {} : { directionDegrees: direction }),
    ...(reference === "T" ? { directionFrom: "true north" as const } : {}),
    ...(reference === "M" ? { directionFrom: "magnetic north" as const } : {}),
    ...(datum === undefined ? {} : { datum }),
    ...(time === undefined ? {} : { time }),
    source: "exif",
  }
}

/** Degrees, minutes and seconds, or fewer of them. */
function degrees(value: ExifValue | undefined, reference: ExifValue | undefined, max: number): number | undefined {
  const parts = typeof value === "number" ? [value] : Array.isArray(value) ? (value as readonly number[]) : []
  if (parts.length === 0 || parts.length > 3) return undefined
  const [whole = 0, minutes = 0, seconds = 0] = parts
  const size = whole + minutes / 60 + seconds / 3600
  if (!(Math.abs(size) <= max)) return undefined
  return typeof reference === "string" && /^[sw]/iu.test(reference) ? -size : size
}

/** The finest step of the latitude's and the longitude's numbers; the coarser of the two. */
function precision(block: Uint8Array, { directories }: DecodedExif): number | undefined {
  const entries = directories.directories.find(({ name }) => name === "gps")?.entries ?? []
  const steps = [2, 4].map((wanted) => {
    const entry = entries.find(({ tag }) => tag === wanted)
    if (entry === undefined) return Number.NaN
    const parts = [0, 1, 2].map((i) => stepOf(block, entry, i, directories.littleEndian) / 60 ** i)
    return Math.min(...parts.filter((step) => step > 0))
  })
  const coarser = Math.max(...steps)
  return Number.isFinite(coarser) ? coarser : undefined
}

function timeOf(gps: ExifDirectory): LocalDate | undefined {
  const date = textOf(gps["GPSDateStamp"])
  const stamp = gps["GPSTimeStamp"]
  if (date === undefined || !Array.isArray(stamp) || stamp.length !== 3) return undefined
  const [hours, minutes, seconds] = (stamp as readonly number[]).map((part) =>
    String(Math.floor(part)).padStart(2, "0"),
  )
  return dateOf(`${date.slice(0, 10)} ${hours}:${minutes}:${seconds}`, "exif:GPSDateStamp", "Z")
}

function fromXmp(xmp: Xmp | undefined): Location | undefined {
  const text = (name: string): string | undefined => xmp?.[name]?.[0]?.text
  const latitude = xmpDegrees(text("exif:GPSLatitude"), 90)
  const longitude = xmpDegrees(text("exif:GPSLongitude"), 180)
  if (latitude === undefined || longitude === undefined) return undefined
  const altitude = xmpNumber(text("exif:GPSAltitude"))
  return {
    latitude,
    longitude,
    ...(altitude === undefined ? {} : { altitudeMeters: text("exif:GPSAltitudeRef") === "1" ? -altitude : altitude }),
    source: "xmp",
  }
}

/** XMP specification part 2, GPSCoordinate: `DDD,MM,SSk` or `DDD,MM.mmk`; programs also write plain degrees. */
function xmpDegrees(text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  const found = /^\s*(-?\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?\s*([NSEW])?\s*$/iu.exec(text)
  if (found === null) return undefined
  const size = Number(found[1]) + Number(found[2] ?? 0) / 60 + Number(found[3] ?? 0) / 3600
  if (!(Math.abs(size) <= max)) return undefined
  return /[sw]/iu.test(found[4] ?? "") ? -size : size
}

/** A decimal, or a fraction such as `1230/10`. */
export function xmpNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const found = /^\s*([+-]?\d+(?:\.\d+)?)(?:\/(\d+))?\s*$/u.exec(text)
  if (found === null) return undefined
  const value = Number(found[1]) / Number(found[2] ?? 1)
  return Number.isFinite(value) ? value : undefined
}

export function numberOf(value: ExifValue | undefined): number | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === "number" && Number.isFinite(first) ? first : undefined
}

export function textOf(value: ExifValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined
}
