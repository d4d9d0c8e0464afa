import type { Limits } from "../limits.ts"
import type { PngText } from "../png/read-text.ts"
import type { Issue } from "../walk/issue.ts"
import type { Animation, ClipFacts, Hidden, PngFacts } from "./image-metadata.ts"

/** What a format's reader found, before the blocks that formats share (EXIF, XMP, IPTC, ICC) are decoded. */
export interface Blocks {
  width?: number | undefined
  height?: number | undefined
  bitDepth?: number | undefined
  /** By the container itself (HEIF's `irot` and `imir`, JPEG XL's header); it wins over EXIF's. */
  orientation?: number | undefined
  animation?: Animation | undefined
  /** From the byte order mark on. */
  exif?: Uint8Array | undefined
  /** The packet, and the extended one put together. */
  xmp: Uint8Array[]
  /** Photoshop's image resources, or bare IIM. */
  iptc?: Uint8Array | undefined
  icc?: Uint8Array | undefined
  comments: string[]
  text?: PngText[] | undefined
  png?: PngFacts | undefined
  /** Its times are ISO 8601 in UTC. */
  clip?: (Omit<ClipFacts, "created"> & { readonly created?: string | undefined }) | undefined
  /** By the container, in UTC, as EXIF writes it. */
  modified?: string | undefined
  readonly hidden: { -readonly [Name in keyof Hidden]?: Hidden[Name] }
  readonly issues: Issue[]
}

/** What a format's reader is told. */
export interface ReadContext {
  readonly limits: Limits
  /** Which facts are wanted; a reader may leave out work for others. */
  readonly wants: (fact: Fact) => boolean
  readonly signal: AbortSignal | undefined
}

/** Groups of facts for `only`. Format and dimensions always come. */
export type Fact = "exif" | "xmp" | "iptc" | "icc" | "text" | "hidden"

export function emptyBlocks(issues: readonly Issue[]): Blocks {
  return { xmp: [], comments: [], hidden: {}, issues: [...issues] }
}
