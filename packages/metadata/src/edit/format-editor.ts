import type { FormatName } from "../detect-format.ts"
import type { Limits } from "../limits.ts"
import type { Edits } from "../scrub/edits.ts"
import type { Walk } from "../walk/part.ts"
import type { ExifChanges } from "./exif-changes.ts"
import type { IptcChange } from "./iptc-changes.ts"
import type { PngTextChange } from "./png-text-changes.ts"
import type { XmpChange } from "./xmp-changes.ts"

/** What is to change, by the kind of block that says it. */
export interface BlockChanges {
  readonly exif: ExifChanges
  readonly xmp: readonly XmpChange[]
  readonly iptc: readonly IptcChange[]
  readonly text: readonly PngTextChange[]
}

/** What a format's editor is told. */
export interface EditContext {
  readonly changes: BlockChanges
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
  /** Adds to the report of what was written. */
  readonly wrote: (kind: Written["kind"], name: string) => void
}

/** A block that is different now. */
export interface Written {
  readonly kind: "exif" | "xmp" | "iptc" | "text"
  /** As its format names it: `APP1`, `eXIf`, `iTXt`, `EXIF`. */
  readonly name: string
}

/** One format for `createEditor`: an app ships only the formats that it names. */
export interface FormatEditor {
  readonly names: readonly FormatName[]
  walk(bytes: Uint8Array, limits: Limits): Walk
  /**
   * Says which parts become others.
   * @throws MetadataError `METADATA_MALFORMED`, `METADATA_UNSUPPORTED`, `METADATA_LIMIT_EXCEEDED`
   */
  plan(bytes: Uint8Array, walk: Walk, edits: Edits, context: EditContext): void | Promise<void>
}
