import type { ExifDirectory, ImageMetadata } from "@darkslide/metadata"
import { pngKeywords, type Facts } from "./truth.ts"

/** What we read, under the names of the table. */
export function ourFacts(read: ImageMetadata): Facts {
  const facts: Record<string, Facts[string]> = {}
  const take = (fact: string, value: unknown): void => {
    if (typeof value === "string" || typeof value === "number") facts[fact] = value
    else if (Array.isArray(value) && value.length > 0) facts[fact] = value.join(" ")
  }
  const { image = {}, photo = {}, gps = {} }: Record<string, ExifDirectory> = { ...read.exif }
  for (const name of ["Make", "Model", "Orientation", "Software", "Artist", "Copyright"]) take(name, image[name])
  for (const name of [
    "DateTimeOriginal",
    "OffsetTimeOriginal",
    "ExposureTime",
    "FNumber",
    "ISO",
    "FocalLength",
    "LensModel",
    "ColorSpace",
  ])
    take(name, photo[name])
  take("GPSLatitude", read.location?.source === "exif" ? read.location.latitude : undefined)
  take("GPSLongitude", read.location?.source === "exif" ? read.location.longitude : undefined)
  take("GPSAltitude", gps["GPSAltitude"])
  take("width", read.width)
  take("height", read.height)
  const list = (property: string): readonly string[] => (read.xmp?.[property] ?? []).map(({ text }) => text)
  const inDefault = (property: string): string | undefined => {
    const values = read.xmp?.[property]
    return (values?.find(({ language }) => language === "x-default") ?? values?.[0])?.text
  }
  take("XMP title", inDefault("dc:title"))
  take("XMP description", inDefault("dc:description"))
  if (list("dc:creator").length > 0) facts["XMP creator"] = list("dc:creator")
  take("XMP rating", list("xmp:Rating")[0])
  const keywords = read.iptc?.["Keywords"]
  if (keywords !== undefined) facts["IPTC keywords"] = keywords
  take("IPTC caption", read.iptc?.["Caption-Abstract"]?.[0])
  take("ICC description", read.icc?.description)
  take("PNG BitDepth", read.png?.bitDepth)
  take("PNG ColorType", read.png?.colorType)
  take("PNG Interlace", read.png?.interlace)
  // Of texts with one keyword exiftool shows the last; one in a language has a name of its own there.
  for (const keyword of pngKeywords) {
    const texts = read.text?.filter((found) => found.keyword.toLowerCase() === keyword.toLowerCase()) ?? []
    take(`PNG text ${keyword}`, (texts.findLast(({ language }) => language === undefined) ?? texts.at(-1))?.text)
  }
  return facts
}
