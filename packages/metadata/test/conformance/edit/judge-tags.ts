import type { MetadataChanges } from "../../../src/edit/changes.ts"
import type { Tags } from "../scrub/exiftool.ts"

/** With letters that neither ASCII nor any one code page has. */
export const wanted: MetadataChanges = {
  artists: ["Zoë Ünicode", "Ōta 太田"],
  taken: { local: "2021-03-04T05:06:07", offset: "+02:00" },
  location: { latitude: -33.856784, longitude: 151.215297, altitudeMeters: 12.5 },
}

/** What is taken out in another run. */
export const unwanted: MetadataChanges = { artists: null, taken: null, location: null }

/** Tags that say what is changed, in EXIF, XMP, IPTC and PNG text, and what says how they are kept. */
const meant =
  /^(?:Artist|XPAuthor|Creator|By-line|Author.*|DateTimeOriginal|OffsetTimeOriginal|SubSecTimeOriginal|DateCreated|TimeCreated|CreationTime|GPSLatitude|GPSLongitude|GPSAltitude|GPSLatitudeRef|GPSLongitudeRef|GPSAltitudeRef|GPSMapDatum|IPTCDigest|CurrentIPTCDigest|CodedCharacterSet|MPImageLength|Photoshop_Unknown_0x0404|XMLcomadobexmp)$/u
/** What a directory begins with, and the header that announces a block. */
const begun = /^(?:GPSVersionID|ExifVersion|WebP_Flags|ImageWidth|ImageHeight)$/u
const places: Readonly<Record<string, string>> = { ThumbnailOffset: "ThumbnailLength", MPImageStart: "MPImageLength" }

interface Others {
  readonly faults: readonly string[]
  /** A value that pointed beyond its block may point into it now. */
  readonly gained: readonly string[]
}

/**
 * Everything else that exiftool finds must be there as it was.
 * @param gone - Tags that are meant as well.
 */
export function otherTags(
  before: Tags,
  after: Tags,
  source: Uint8Array,
  result: Uint8Array,
  gone: RegExp = /^$/u,
): Others {
  const left = valuesByTag(after)
  const faults: string[] = []
  for (const [tag, values] of valuesByTag(before)) {
    if (gone.test(tag)) continue
    const name = tag.split(":").at(-1) ?? ""
    for (const value of values) {
      const found = left.get(tag) ?? []
      const at = found.indexOf(value)
      if (at !== -1) found.splice(at, 1)
      else if (!(moved(name, value, found) || (tag.startsWith("IPTC:") && repaired(value, found)) || begun.test(name)))
        faults.push(`${tag} was ${value.slice(0, 60)}, is ${(found[0] ?? "lost").slice(0, 60)}`)
    }
  }
  const gained = [...left].filter(([tag, values]) => values.length > 0 && !begun.test(tag.split(":").at(-1) ?? ""))
  return { faults, gained: gained.map(([tag]) => tag) }

  /** exiftool counts these from the start of the file: what is there must be the same. */
  function moved(name: string, value: string, found: string[]): boolean {
    const lengthName = places[name]
    const [now] = found
    if (lengthName === undefined || now === undefined) return false
    const length = Number(Object.entries(before).find(([tag]) => tag.endsWith(`:${lengthName}`))?.[1] ?? 0)
    const data = (bytes: Uint8Array, offset: string): Uint8Array =>
      bytes.subarray(Number(offset), Number(offset) + length)
    found.shift()
    return Buffer.compare(data(source, value), data(result, now)) === 0
  }
}

/** IPTC that was UTF-8 and did not say so: exiftool took it for Latin, and is told better now. */
function repaired(value: string, found: string[]): boolean {
  const at = found.findIndex((now) => Buffer.from(now, "utf8").toString("latin1") === value)
  if (at !== -1) found.splice(at, 1)
  return at !== -1
}

/** Without the numbers of copies, which follow the order of blocks. */
function valuesByTag(tags: Tags): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [key, value] of Object.entries(tags)) {
    const tag = key.replace(/:Copy\d+:/u, ":")
    if (/^(?:SourceFile|System|File|ExifTool|Composite)/u.test(tag) || meant.test(tag.split(":").at(-1) ?? "")) continue
    values.set(tag, [...(values.get(tag) ?? []), JSON.stringify(value)])
  }
  return values
}

/** Nothing of what was to go may be found, but in the pictures behind the first, which are pictures of their own. */
export function unwantedTags(tags: Tags): readonly string[] {
  const behind = Object.keys(tags).some((key) => key.startsWith("MPImage"))
  const found = Object.keys(tags).filter((key) =>
    /^(?:GPS:|XMP-exif:(?:Copy\d+:)?GPS|IFD0:(?:Copy\d+:)?(?:Artist|XPAuthor)|XMP-dc:(?:Copy\d+:)?Creator|IPTC:(?:Copy\d+:)?By-line$|ExifIFD:(?:Copy\d+:)?(?:DateTime|OffsetTime|SubSecTime)Original)/u.test(
      key,
    ),
  )
  return behind ? [] : found.map((key) => `${key} is left`)
}

/** What was asked for must be there, whichever block says it. */
export function wantedTags(tags: Tags): readonly string[] {
  const names = ["Zoë Ünicode", "Ōta 太田"]
  const faults: string[] = []
  for (const [key, value] of Object.entries(tags)) {
    const name = key.split(":").at(-1) ?? ""
    const right =
      /^(?:Artist|XPAuthor)$/u.test(name) || /^PNG:.*Author/u.test(key)
        ? value === names.join("; ")
        : /^(?:XMP-dc:.*Creator|IPTC:.*By-line)$/u.test(key)
          ? JSON.stringify(value) === JSON.stringify(names)
          : /^(?:XMP-exif):(?:Copy\d+:)?DateTimeOriginal$/u.test(key)
            ? String(value).startsWith("2021:03:04 05:06:07")
            : /^XMP-exif:(?:Copy\d+:)?GPSLatitude$/u.test(key)
              ? near(value, -33.856784)
              : true
    if (!right) faults.push(`${key} is ${JSON.stringify(value).slice(0, 60)}`)
  }
  const exact: readonly (readonly [string, (value: unknown) => boolean])[] = [
    ["IFD0:Artist", (value) => value === names.join("; ")],
    ["ExifIFD:DateTimeOriginal", (value) => value === "2021:03:04 05:06:07"],
    ["ExifIFD:OffsetTimeOriginal", (value) => value === "+02:00"],
    ["GPS:GPSLatitude", (value) => near(value, 33.856784)],
    ["GPS:GPSLatitudeRef", (value) => value === "S"],
    ["GPS:GPSLongitude", (value) => near(value, 151.215297)],
    ["GPS:GPSAltitude", (value) => near(value, 12.5)],
  ]
  for (const [tag, right] of exact) {
    const found = Object.entries(tags).filter(([key]) => key.replace(/:Copy\d+:/u, ":") === tag)
    if (!found.some(([, value]) => right(value))) faults.push(`${tag} is ${JSON.stringify(found)}`)
  }
  return faults
}

function near(value: unknown, wanted: number): boolean {
  return typeof value === "number" && Math.abs(value - wanted) < 1e-7
}
