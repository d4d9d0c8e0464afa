import { DOMParser, onErrorStopParsing } from "@xmldom/xmldom"
import ExifReader from "exifreader"
import { pngKeywords, type Facts } from "./truth.ts"

interface Tag {
  readonly value?: unknown
  readonly description?: unknown
}

type Group = Readonly<Record<string, Tag | Tag[] | undefined>>

/** ExifReader with everything switched on. */
export async function readWithExifReader(bytes: Uint8Array): Promise<Readonly<Record<string, unknown>>> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const domParser = new DOMParser({ onError: onErrorStopParsing })
  return { ...(await ExifReader.load(view, { expanded: true, async: true, domParser })) }
}

/** What ExifReader reads, under the names of the table. */
export async function exifReaderFacts(bytes: Uint8Array): Promise<Facts> {
  const read = await readWithExifReader(bytes)
  const {
    exif = {},
    gps = {},
    xmp = {},
    iptc = {},
    icc = {},
    png = {},
    pngText = {},
    file = {},
  } = read as Readonly<Record<string, Group | undefined>>
  const facts: Record<string, Facts[string]> = {}
  const take = (fact: string, value: Facts[string] | undefined): void => {
    if (value !== undefined && value !== "") facts[fact] = value
  }
  for (const name of [
    "Make",
    "Model",
    "Software",
    "Artist",
    "Copyright",
    "DateTimeOriginal",
    "OffsetTimeOriginal",
    "LensModel",
  ])
    take(name, text(exif[name]))
  take("Orientation", number(exif["Orientation"]))
  for (const name of ["ExposureTime", "FNumber", "FocalLength", "ColorSpace"]) take(name, number(exif[name]))
  take("ISO", number(exif["ISOSpeedRatings"]))
  take("GPSAltitude", number(exif["GPSAltitude"]))
  const place = gps as Readonly<Record<string, unknown>>
  if (typeof place["Latitude"] === "number") take("GPSLatitude", place["Latitude"])
  if (typeof place["Longitude"] === "number") take("GPSLongitude", place["Longitude"])
  take("width", number(file["Image Width"] ?? png["Image Width"] ?? exif["ImageWidth"]))
  take("height", number(file["Image Height"] ?? png["Image Height"] ?? exif["ImageLength"]))
  take("XMP title", described(xmp["title"]))
  take("XMP description", described(xmp["description"]))
  const creators = one(xmp["creator"])?.value
  take(
    "XMP creator",
    Array.isArray(creators) ? creators.map((item: Tag) => String(item.value)) : described(xmp["creator"]),
  )
  take("XMP rating", described(xmp["Rating"]))
  const keywords = iptc["Keywords"]
  if (keywords !== undefined)
    take(
      "IPTC keywords",
      (Array.isArray(keywords) ? keywords : [keywords]).map((tag) => String(tag.description)),
    )
  take("IPTC caption", described(iptc["Caption/Abstract"]))
  take("ICC description", described(icc["ICC Description"]))
  take("PNG BitDepth", number(png["Bit Depth"]))
  take("PNG ColorType", number(png["Color Type"]))
  take("PNG Interlace", number(png["Interlace"]))
  for (const keyword of pngKeywords) take(`PNG text ${keyword}`, described(pngText[keyword]))
  return facts
}

function one(tag: Tag | Tag[] | undefined): Tag | undefined {
  return Array.isArray(tag) ? tag[0] : tag
}

function described(tag: Tag | Tag[] | undefined): string | undefined {
  const found = one(tag)?.description
  return found === undefined ? undefined : String(found)
}

function text(tag: Tag | Tag[] | undefined): string | undefined {
  const value = one(tag)?.value
  return Array.isArray(value) ? value.join("") : typeof value === "string" ? value : described(tag)
}

/** Rationals come as pairs of a numerator and a denominator. */
function number(tag: Tag | Tag[] | undefined): number | undefined {
  const value: unknown = one(tag)?.value
  const first: unknown = Array.isArray(value) && Array.isArray(value[0]) ? value[0] : value
  if (typeof first === "number") return first
  if (!Array.isArray(first) || typeof first[0] !== "number") return undefined
  return typeof first[1] === "number" && first.length === 2 ? first[0] / first[1] : first[0]
}
