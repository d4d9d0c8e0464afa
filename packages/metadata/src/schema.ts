import * as z from "zod/mini"
import type { ImageMetadata } from "./read/image-metadata.ts"

const text = z.string()
const number = z.number().check(z.refine(Number.isFinite))
const count = z.int().check(z.nonnegative())
const positive = z.int().check(z.positive())
const may = z.exactOptional
const list = <Item extends z.ZodMiniType>(item: Item): z.ZodMiniReadonly<z.ZodMiniArray<Item>> =>
  z.readonly(z.array(item))

const formats = ["jpeg", "png", "webp", "gif", "heic", "avif", "tiff", "jxl", "mp4", "webm"] as const

const localDate = z.strictObject({
  local: text.check(z.regex(/^\d{4}-\d\d(?:-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?)?)?$/)),
  offset: may(text.check(z.regex(/^(?:Z|[+-]\d\d:\d\d)$/))),
  source: text,
})

const location = z.strictObject({
  latitude: number.check(z.minimum(-90), z.maximum(90)),
  longitude: number.check(z.minimum(-180), z.maximum(180)),
  precisionDegrees: may(number.check(z.positive())),
  altitudeMeters: may(number),
  errorMeters: may(number),
  directionDegrees: may(number.check(z.maximum(360))),
  directionFrom: may(z.enum(["true north", "magnetic north"])),
  datum: may(text),
  time: may(localDate),
  source: z.enum(["exif", "xmp"]),
})

const camera = z.strictObject({
  make: may(text),
  model: may(text),
  serialNumber: may(text),
  lensMake: may(text),
  lensModel: may(text),
  lensSerialNumber: may(text),
  owner: may(text),
})

const exposure = z.strictObject({
  timeSeconds: may(number.check(z.positive())),
  fNumber: may(number.check(z.positive())),
  iso: may(number.check(z.positive())),
  focalLengthMm: may(number.check(z.positive())),
  focalLength35mm: may(number.check(z.positive())),
  compensationEv: may(number),
  flashFired: may(z.boolean()),
})

const description = z.strictObject({
  title: may(text),
  description: may(text),
  artists: may(list(text)),
  copyright: may(text),
  software: may(text),
  keywords: may(list(text)),
  rating: may(number.check(z.minimum(-1), z.maximum(5))),
})

const png = z.strictObject({
  bitDepth: count,
  colorType: count,
  interlace: count,
  pixelsPerUnit: may(z.strictObject({ x: count, y: count, unit: z.enum(["meter", "unknown"]) })),
  gamma: may(number),
  srgbIntent: may(count),
  cicp: may(z.strictObject({ primaries: count, transfer: count, matrix: count, fullRange: z.boolean() })),
  profileName: may(text),
  chunks: list(text),
})

const pngText = z.strictObject({
  keyword: text,
  text,
  language: may(text),
  translatedKeyword: may(text),
})

const hidden = z.strictObject({
  trailerBytes: may(positive),
  thumbnailBytes: may(positive),
  makerNoteBytes: may(positive),
  motionPhoto: may(z.strictObject({ bytes: may(number.check(z.positive())) })),
  c2pa: may(z.boolean()),
  otherPictures: may(positive),
  gainMap: may(z.boolean()),
  applicationBlocks: may(positive),
})

const exifValue = z.union([text, number, list(number), z.strictObject({ bytes: count })])
const exifDirectory = z.record(text, exifValue)
const exif = z.strictObject({
  image: may(exifDirectory),
  photo: may(exifDirectory),
  gps: may(exifDirectory),
  interop: may(exifDirectory),
  thumbnail: may(exifDirectory),
})

const icc = z.strictObject({
  bytes: count,
  version: text,
  deviceClass: text,
  colorSpace: text,
  description: may(text),
})

const issue = z.strictObject({
  code: z.enum([
    "truncated",
    "junk",
    "too-many-parts",
    "too-large",
    "too-deep",
    "bad-entry",
    "bad-structure",
    "conflict",
    "unsupported",
  ]),
  where: text,
})

const schema = z.strictObject({
  format: z.enum(formats),
  mediaType: text,
  bytesRead: count,
  width: may(positive),
  height: may(positive),
  orientation: z.literal([1, 2, 3, 4, 5, 6, 7, 8]),
  bitDepth: may(positive),
  animation: may(z.strictObject({ frames: may(count), plays: may(count) })),
  dates: z.strictObject({ taken: may(localDate), digitized: may(localDate), modified: may(localDate) }),
  location: may(location),
  camera: may(camera),
  exposure: may(exposure),
  description: may(description),
  exif: may(exif),
  xmp: may(z.record(text, list(z.strictObject({ text, language: may(text), path: may(text) })))),
  iptc: may(z.record(text, list(text))),
  icc: may(icc),
  png: may(png),
  text: may(list(pngText)),
  comments: may(list(text)),
  clip: may(
    z.strictObject({
      durationSeconds: may(number.check(z.positive())),
      applications: may(list(text)),
      title: may(text),
      created: may(localDate),
    }),
  ),
  hidden,
  issues: list(issue),
})

/**
 * What `readMetadata` gives, for results that come back from storage or from another machine. It knows no field that the
 * type has not; an unknown one is refused.
 *
 * @example
 * ```ts
 * import { readMetadata } from "@darkslide/metadata"
 * import { imageMetadataSchema } from "@darkslide/metadata/schema"
 *
 * const gif = new TextEncoder().encode("GIF89a\u0003\0\u0002\0\0\0\0;")
 * const stored = JSON.stringify(await readMetadata(gif))
 * assert.equal(imageMetadataSchema.parse(JSON.parse(stored)).width, 3)
 * ```
 */
export const imageMetadataSchema: z.ZodMiniType<ImageMetadata> = exactly<ImageMetadata>()(schema)

/** Compiles only if the schema's type is `Type`, field by field; `readonly` apart, which no schema of a field can say. */
function exactly<Type>() {
  return <Schema extends z.ZodMiniType<Type>>(
    written: Schema & (Same<Plain<z.output<Schema>>, Plain<Type>> extends true ? unknown : never),
  ): z.ZodMiniType<Type> => written
}

type Plain<Type> = { -readonly [Name in keyof Type]: Plain<Type[Name]> }
// Whether two types are one and the same shows only behind a parameter of its own.
// eslint-disable-next-line typescript/no-unnecessary-type-parameters
type Same<A, B> = (<Any>() => Any extends A ? 1 : 2) extends <Any>() => Any extends B ? 1 : 2 ? true : false
