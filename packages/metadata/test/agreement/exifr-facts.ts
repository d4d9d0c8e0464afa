import exifr from "exifr"
import type { Facts } from "./truth.ts"

const everything = {
  tiff: true,
  ifd0: {},
  ifd1: true,
  exif: true,
  gps: true,
  interop: true,
  xmp: true,
  iptc: true,
  icc: true,
  ihdr: true,
  jfif: true,
  multiSegment: true,
  mergeOutput: false,
  reviveValues: false,
  translateValues: false,
} as const

type Group = Readonly<Record<string, unknown>>

/** exifr 7.1.3 with everything switched on. */
export async function readWithExifr(bytes: Uint8Array): Promise<Readonly<Record<string, Group | undefined>>> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return ((await exifr.parse(view, everything)) ?? {}) as Readonly<Record<string, Group | undefined>>
}

/** What exifr reads, under the names of the table. */
export async function exifrFacts(bytes: Uint8Array): Promise<Facts> {
  const read = await readWithExifr(bytes)
  const { ifd0 = {}, exif = {}, gps = {}, dc = {}, iptc = {}, icc = {}, ihdr = {}, xmp = {} } = read
  const facts: Record<string, Facts[string]> = {}
  const take = (fact: string, ...values: readonly unknown[]): void => {
    const value = plain(values.find((found) => found !== undefined && found !== null))
    if (value !== undefined) facts[fact] = value
  }
  for (const name of ["Make", "Model", "Orientation", "Software", "Artist", "Copyright"]) take(name, ifd0[name])
  for (const name of ["DateTimeOriginal", "OffsetTimeOriginal", "ExposureTime", "FNumber", "FocalLength", "LensModel"])
    take(name, exif[name])
  take("ISO", exif["ISO"])
  take("ColorSpace", exif["ColorSpace"])
  take("GPSLatitude", gps["latitude"])
  take("GPSLongitude", gps["longitude"])
  take("GPSAltitude", gps["GPSAltitude"])
  take("width", ihdr["ImageWidth"], ifd0["ImageWidth"])
  take("height", ihdr["ImageHeight"], ifd0["ImageHeight"])
  take("XMP title", inLanguage(dc["title"]))
  take("XMP description", inLanguage(dc["description"]))
  take("XMP creator", dc["creator"])
  take("XMP rating", xmp["Rating"])
  take("IPTC keywords", iptc["Keywords"])
  take("IPTC caption", iptc["Caption"])
  take("ICC description", icc["ProfileDescription"])
  for (const name of ["BitDepth", "ColorType", "Interlace"]) take(`PNG ${name}`, ihdr[name])
  for (const keyword of [
    "Title",
    "Author",
    "Description",
    "Copyright",
    "Software",
    "Source",
    "Comment",
    "Disclaimer",
    "Warning",
  ])
    take(`PNG text ${keyword}`, ihdr[keyword])
  return facts
}

function inLanguage(value: unknown): unknown {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === "object" && first !== null && "value" in first ? first.value : first
}

function plain(value: unknown): Facts[string] | undefined {
  if (typeof value === "string" || typeof value === "number") return value
  if (Array.isArray(value)) return value.map(String)
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Uint8Array).join(" ")
  return undefined
}
