import { detectFormat, type FormatName } from "../detect-format.ts"
import { MetadataError } from "../errors.ts"
import { defaultLimits, limitsWith, type Limits } from "../limits.ts"
import { Edits } from "./edits.ts"
import type { FormatScrubber, Kept, Removed, ScrubPolicy } from "./format-scrubber.ts"

export interface ScrubOptions {
  /** `strict` unless said. */
  readonly policy?: ScrubPolicy | undefined
  /** Refuses files of other formats with `METADATA_UNKNOWN_FORMAT`. */
  readonly formats?: readonly FormatName[] | undefined
  readonly limits?: Partial<Limits> | undefined
  readonly signal?: AbortSignal | undefined
}

/** A clean file and what became of the old one. Plain data: it can be cloned, stored and sent. */
export interface ScrubResult {
  /** In memory of its own; the input is not changed. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly format: FormatName
  readonly removed: readonly Removed[]
  readonly kept: readonly Kept[]
}

export type MetadataScrubber = (bytes: Uint8Array, options?: ScrubOptions) => Promise<ScrubResult>

/** Long clips have many parts; 65,536 of them take some 10 MB. */
const scrubLimits: Limits = { ...defaultLimits, maxParts: 1 << 16 }

/** A scrubber of only these formats, so that an app ships no others, and has them from the beginning. */
export function createScrubber(formats: readonly FormatScrubber[]): MetadataScrubber {
  return (bytes, options = {}) => scrubWith((name) => formats.find(({ names }) => names.includes(name)), bytes, options)
}

type FindScrubber = (format: FormatName) => FormatScrubber | Promise<FormatScrubber> | undefined

async function scrubWith(
  find: FindScrubber,
  bytes: Uint8Array,
  { policy = "strict", formats: wanted, limits, signal }: ScrubOptions,
): Promise<ScrubResult> {
  if (!["strict", "share", "gps-only"].includes(policy)) throw new RangeError("Cannot scrub file: no such policy")
  signal?.throwIfAborted()
  const name = detectFormat(bytes)
  if (name === undefined || (wanted !== undefined && !wanted.includes(name)))
    throw new MetadataError("METADATA_UNKNOWN_FORMAT", "Cannot scrub file: its format is not known")
  const format = await find(name)
  if (format === undefined)
    throw new MetadataError("METADATA_UNSUPPORTED", `Cannot scrub ${name}: that takes decoding the picture`)
  const context = {
    format: name,
    policy,
    limits: limits === undefined ? scrubLimits : limitsWith(limits, scrubLimits),
    signal,
  }

  const edits = new Edits(bytes)
  const walk = format.walk(bytes, context.limits)
  await format.plan(bytes, walk, edits, context)
  const scrubbed = edits.apply()
  // Fail closed: what is returned is only what a second scrub would not touch.
  const check = new Edits(scrubbed)
  await format.plan(scrubbed, format.walk(scrubbed, context.limits, edits.copied(walk.parts)), check, context)
  if (!check.empty || detectFormat(scrubbed) !== name)
    throw new MetadataError("METADATA_SCRUB_INCOMPLETE", `Cannot scrub ${name}: something is left in the result`)
  return { bytes: scrubbed, format: name, removed: edits.removed, kept: check.kept }
}

/**
 * Removes the metadata of a photo or a clip without touching its pixels: JPEG, PNG and APNG, WebP, GIF by rebuilding the
 * file from the parts that may stay; HEIC, AVIF, MP4 and WebM in place. TIFF, DNG and JPEG XL are refused.
 *
 * The code of a format is loaded when the first file of it is met: `createScrubber` has it from the beginning.
 *
 * The result is walked and judged once more before it is returned, and a second scrub leaves it as it is, byte for byte.
 * @throws MetadataError `METADATA_UNKNOWN_FORMAT`, `METADATA_UNSUPPORTED`, `METADATA_MALFORMED` (it cannot be told apart
 *   what is what), `METADATA_LIMIT_EXCEEDED`, `METADATA_SCRUB_INCOMPLETE`
 */
export function scrubMetadata(bytes: Uint8Array, options: ScrubOptions = {}): Promise<ScrubResult> {
  return scrubWith((format) => loaded[format] ?? load(format), bytes, options)
}

const loaders: Readonly<Partial<Record<FormatName, () => Promise<FormatScrubber>>>> = {
  jpeg: async () => (await import("./jpeg.ts")).jpegScrubber,
  png: async () => (await import("./png.ts")).pngScrubber,
  webp: async () => (await import("./webp.ts")).webpScrubber,
  gif: async () => (await import("./gif.ts")).gifScrubber,
  heic: async () => (await import("./heif.ts")).heifScrubber,
  avif: async () => (await import("./heif.ts")).heifScrubber,
  mp4: async () => (await import("./mp4.ts")).mp4Scrubber,
  webm: async () => (await import("./webm.ts")).webmScrubber,
}

/** Formats that were met. */
const loaded: Partial<Record<FormatName, FormatScrubber>> = {}

function load(format: FormatName): Promise<FormatScrubber> | undefined {
  return loaders[format]?.().then((scrubber) => (loaded[format] = scrubber))
}
