import type { FormatName } from "../detect-format.ts"
import type { Limits } from "../limits.ts"
import type { PartKind, Walk } from "../walk/part.ts"
import type { Edits } from "./edits.ts"

/**
 * - `strict`: only what is needed to show the picture as it was shown before: its pixels, orientation, colour, timing.
 * - `share`: the same, and the names of artist and copyright holder.
 * - `gps-only`: everything but where it was taken, and but private blocks that may say so in a way that is not known.
 */
export type ScrubPolicy = "strict" | "share" | "gps-only"

/** What a format's scrubber is told. */
export interface ScrubContext {
  readonly format: FormatName
  readonly policy: ScrubPolicy
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
}

/** Metadata of one kind and name that is gone, in the order in which it was first met. */
export interface Removed {
  /** `location`: of an EXIF, XMP or IPTC block that stays. Others as in the file's parts. */
  readonly kind: PartKind | "location"
  /** As its format names it, such as `APP1`, `tEXt`, `moov/udta`, `Exif`; never text from the file. */
  readonly name: string
  /** Of all together, as they stood in the file. */
  readonly bytes: number
  readonly count: number
}

/** What stays although it is not the picture itself. */
export interface Kept {
  readonly kind: PartKind | "orientation" | "artist" | "copyright"
  readonly name: string
}

/** One format for `createScrubber`: an app ships only the formats that it names. */
export interface FormatScrubber {
  readonly names: readonly FormatName[]
  /** @param copied - Of a result: ends by starts of pictures that stand in it as they stood in the file before. */
  walk(bytes: Uint8Array, limits: Limits, copied?: ReadonlyMap<number, number>): Walk
  /**
   * Says what must change for the file to be clean; nothing when it is. Called on the result once more, so that what a
   * scrub returns is what a scrub would leave as it is.
   * @throws MetadataError `METADATA_UNSUPPORTED`, `METADATA_MALFORMED`, `METADATA_LIMIT_EXCEEDED`
   */
  plan(bytes: Uint8Array, walk: Walk, edits: Edits, context: ScrubContext): void | Promise<void>
}
