import type { FormatName } from "../detect-format.ts"
import type { Limits } from "../limits.ts"
import type { Part, Walk } from "../walk/part.ts"
import type { Blocks, Fact, ReadContext } from "./blocks.ts"

/** How one format is read: what `createReader` is given, so that an app ships only what it names. */
export interface FormatReader {
  readonly names: readonly FormatName[]
  /**
   * @param wants - Which facts are wanted, all when absent: a walk may leave out what tells of no other.
   * @throws MetadataError `METADATA_LIMIT_EXCEEDED`
   */
  walk(bytes: Uint8Array, limits: Limits, wants?: (fact: Fact) => boolean): Walk
  /** Finds the blocks of a walked file, whole or cut. */
  read(bytes: Uint8Array, walk: Walk, context: ReadContext): Blocks | Promise<Blocks>
  /** Whether a prefix of the file, walked as it is, held everything that `context` wants. */
  enough(bytes: Uint8Array, walk: Walk, context: ReadContext): boolean
}

/** The payload of a part. */
export function payload(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  return bytes.subarray(dataOffset, dataOffset + dataLength)
}
