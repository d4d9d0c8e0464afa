import type { FormatName } from "../detect-format.ts"
import type { Limits } from "../limits.ts"
import type { Blocks, ReadContext } from "../read/blocks.ts"
import type { ScrubContext, Scrubbed } from "../scrub/scrubbed.ts"
import type { Walk } from "../walk/part.ts"

/** One format: what `createReader` and `createScrubber` are given, so that an app ships only what it names. */
export interface ImageFormat {
  readonly names: readonly FormatName[]
  readonly mediaType: string
  walk(bytes: Uint8Array, limits: Limits): Walk
  /** Finds the blocks of a walked file. */
  read(bytes: Uint8Array, walk: Walk, context: ReadContext): Blocks | Promise<Blocks>
  /** Whether a prefix of the file, walked as it is, held everything that `context` wants. */
  enough(bytes: Uint8Array, walk: Walk, context: ReadContext): boolean
  /** @throws MetadataError `METADATA_UNSUPPORTED`, `METADATA_MALFORMED` */
  scrub(bytes: Uint8Array, walk: Walk, context: ScrubContext): Scrubbed
}
