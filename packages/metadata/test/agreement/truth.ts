/** Facts by the names of the table; lists in the order of the file. */
export type Facts = Readonly<Record<string, string | number | readonly (string | number)[]>>

/** One file of a set as `exiftool -json -a -G1 -n -struct` described it. */
export type Expected = Readonly<Record<string, unknown>>

export type ScoredFormat = "JPEG" | "PNG" | "WebP" | "GIF" | "HEIC" | "AVIF" | "TIFF" | "JXL"

const formats: Readonly<Record<string, ScoredFormat>> = {
  JPEG: "JPEG",
  MPO: "JPEG",
  PNG: "PNG",
  APNG: "PNG",
  WEBP: "WebP",
  "Extended WEBP": "WebP",
  GIF: "GIF",
  HEIC: "HEIC",
  HEIF: "HEIC",
  AVIF: "AVIF",
  TIFF: "TIFF",
  JXL: "JXL",
  "JXL Codestream": "JXL",
}

/** The format to score a file under; `undefined` for other formats and for files that exiftool cannot read. */
export function scoredFormat(expected: Expected): ScoredFormat | undefined {
  const type = expected["File:FileType"]
  return typeof type === "string" && expected["ExifTool:Error"] === undefined && Object.hasOwn(formats, type)
    ? formats[type]
    : undefined
}

const groupOfSize: Readonly<Record<ScoredFormat, readonly string[]>> = {
  JPEG: ["File"],
  PNG: ["PNG"],
  WebP: ["RIFF"],
  GIF: ["GIF"],
  HEIC: ["File", "Meta"],
  AVIF: ["File", "Meta"],
  TIFF: ["IFD0"],
  JXL: ["File", "Jpeg2000", "JXL"],
}

const tags: readonly (readonly [fact: string, tag: string])[] = [
  ["Make", "IFD0:Make"],
  ["Model", "IFD0:Model"],
  ["DateTimeOriginal", "ExifIFD:DateTimeOriginal"],
  ["OffsetTimeOriginal", "ExifIFD:OffsetTimeOriginal"],
  ["Orientation", "IFD0:Orientation"],
  ["ExposureTime", "ExifIFD:ExposureTime"],
  ["FNumber", "ExifIFD:FNumber"],
  ["ISO", "ExifIFD:ISO"],
  ["FocalLength", "ExifIFD:FocalLength"],
  ["LensModel", "ExifIFD:LensModel"],
  ["ColorSpace", "ExifIFD:ColorSpace"],
  ["Software", "IFD0:Software"],
  ["Artist", "IFD0:Artist"],
  ["Copyright", "IFD0:Copyright"],
  ["GPSAltitude", "GPS:GPSAltitude"],
  ["XMP title", "XMP-dc:Title"],
  ["XMP description", "XMP-dc:Description"],
  ["XMP creator", "XMP-dc:Creator"],
  ["XMP rating", "XMP-xmp:Rating"],
  ["IPTC keywords", "IPTC:Keywords"],
  ["IPTC caption", "IPTC:Caption-Abstract"],
  ["ICC description", "ICC_Profile:ProfileDescription"],
]

export const pngKeywords = [
  "Title",
  "Author",
  "Description",
  "Copyright",
  "Software",
  "Source",
  "Comment",
  "Disclaimer",
  "Warning",
] as const

/** The facts of the tag list that exiftool found. */
export function truth(expected: Expected, format: ScoredFormat): Facts {
  const facts: Record<string, Facts[string]> = {}
  const take = (fact: string, ...from: readonly string[]): void => {
    const value = plain(from.map((tag) => expected[tag]).find((found) => found !== undefined))
    // A size of 0 says that there is none.
    if (value !== undefined && !(value === 0 && (fact === "width" || fact === "height"))) facts[fact] = value
  }
  for (const [fact, tag] of tags) take(fact, tag)
  for (const [fact, name] of [
    ["width", "ImageWidth"],
    ["height", "ImageHeight"],
  ] as const)
    take(fact, ...groupOfSize[format].map((group) => `${group}:${name}`))
  for (const name of ["GPSLatitude", "GPSLongitude"]) {
    const value = expected[`GPS:${name}`]
    if (typeof value === "number")
      facts[name] = /^[SW]/iu.test(String(expected[`GPS:${name}Ref`] ?? "")) ? -value : value
  }
  if (format === "PNG") {
    for (const name of ["BitDepth", "ColorType", "Interlace"]) take(`PNG ${name}`, `PNG:${name}`)
    for (const name of pngKeywords) take(`PNG text ${name}`, `PNG:${name}`)
  }
  return facts
}

/** Divisions by zero, and texts that the set's maker cut because they are enormous. */
const noValue = /^(?:inf|undef|\(text of \d+ characters, sha256 .*)?$/u

/** Numbers and texts; of a language alternative the default. */
function plain(value: unknown): Facts[string] | undefined {
  if (typeof value === "number") return value
  if (typeof value === "string") return noValue.test(value) ? undefined : value
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown) => plain(item) ?? [])
    return items.length === 0 ? undefined : items
  }
  if (typeof value !== "object" || value === null) return undefined
  const texts = value as Record<string, unknown>
  return plain(texts["x-default"] ?? Object.values(texts)[0])
}
