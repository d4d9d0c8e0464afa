import { detectFormat, type FormatName } from "../detect-format.ts"
import { MetadataError } from "../errors.ts"
import { defaultLimits, limitsWith, type Limits } from "../limits.ts"
import { Edits } from "./edits.ts"
import { gifScrubber } from "./gif.ts"
import { heifScrubber } from "./heif.ts"
import { jpegScrubber } from "./jpeg.ts"
import { mp4Scrubber } from "./mp4.ts"
import { pngScrubber } from "./png.ts"
import type { Kept, Removed, FormatScrubber, ScrubPolicy } from "./format-scrubber.ts"
import { webmScrubber } from "./webm.ts"
import { webpScrubber } from "./webp.ts"

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

/** A scrubber of only these formats, so that an app ships no others. */
export function createScrubber(formats: readonly FormatScrubber[]): MetadataScrubber {
  return async (bytes, { policy = "strict", formats: wanted, limits, signal } = {}) => {
    if (!["strict", "share", "gps-only"].includes(policy)) throw new RangeError("Cannot scrub file: no such policy")
    signal?.throwIfAborted()
    const name = detectFormat(bytes)
    if (name === undefined || (wanted !== undefined && !wanted.includes(name)))
      throw new MetadataError("METADATA_UNKNOWN_FORMAT", "Cannot scrub file: its format is not known")
    const format = formats.find(({ names }) => names.includes(name))
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
}

/**
 * Removes the metadata of a photo or a clip without touching its pixels: JPEG, PNG and APNG, WebP, GIF by rebuilding the
 * file from the parts that may stay; HEIC, AVIF, MP4 and WebM in place. TIFF, DNG and JPEG XL are refused.
 *
 * The result is walked and judged once more before it is returned, and a second scrub leaves it as it is, byte for byte.
 * @throws MetadataError `METADATA_UNKNOWN_FORMAT`, `METADATA_UNSUPPORTED`, `METADATA_MALFORMED` (it cannot be told apart
 *   what is what), `METADATA_LIMIT_EXCEEDED`, `METADATA_SCRUB_INCOMPLETE`
 */
export const scrubMetadata: MetadataScrubber = /* @__PURE__ */ createScrubber([
  jpegScrubber,
  pngScrubber,
  webpScrubber,
  gifScrubber,
  heifScrubber,
  mp4Scrubber,
  webmScrubber,
])
