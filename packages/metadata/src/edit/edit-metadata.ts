import { detectFormat, type FormatName } from "../detect-format.ts"
import { MetadataError } from "../errors.ts"
import { defaultLimits, limitsWith, type Limits } from "../limits.ts"
import { Edits } from "../scrub/edits.ts"
import { checkChanges, type MetadataChanges } from "./changes.ts"
import { exifChanges } from "./exif-changes.ts"
import type { FormatEditor, Written } from "./format-editor.ts"
import { iptcChanges } from "./iptc-changes.ts"
import { jpegEditor } from "./jpeg.ts"
import { pngEditor } from "./png.ts"
import { pngTextChanges } from "./png-text-changes.ts"
import { webpEditor } from "./webp.ts"
import { xmpChanges } from "./xmp-changes.ts"

export interface EditOptions {
  /** Refuses files of other formats with `METADATA_UNKNOWN_FORMAT`. */
  readonly formats?: readonly FormatName[] | undefined
  readonly limits?: Partial<Limits> | undefined
  readonly signal?: AbortSignal | undefined
}

/** The changed file. Plain data: it can be cloned, stored and sent. */
export interface EditResult {
  /** In memory of its own; the input is not changed. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly format: FormatName
  /** The blocks that are different now; none when the file said all of it already, and is the same byte for byte. */
  readonly written: readonly Written[]
}

export type MetadataEditor = (bytes: Uint8Array, changes: MetadataChanges, options?: EditOptions) => Promise<EditResult>

/** As for a scrub: each part is looked at by itself. */
const editLimits: Limits = { ...defaultLimits, maxParts: 1 << 16 }

/** An editor of only these formats, so that an app ships no others. */
export function createEditor(editors: readonly FormatEditor[]): MetadataEditor {
  return async (bytes, changes, { formats, limits: overrides, signal } = {}) => {
    const wanted = checkChanges(changes)
    signal?.throwIfAborted()
    const format = detectFormat(bytes)
    if (format === undefined || (formats !== undefined && !formats.includes(format)))
      throw new MetadataError("METADATA_UNKNOWN_FORMAT", "Cannot edit file: its format is not known")
    const editor = editors.find(({ names }) => names.includes(format))
    if (editor === undefined)
      throw new MetadataError("METADATA_UNSUPPORTED", `Cannot edit ${format}: that format is read, not written`)
    const limits = limitsWith(overrides, editLimits)
    const written = new Map<string, Written>()
    const edits = new Edits(bytes)
    await editor.plan(bytes, editor.walk(bytes, limits), edits, {
      changes: {
        exif: exifChanges(wanted),
        xmp: xmpChanges(wanted),
        iptc: iptcChanges(wanted),
        text: pngTextChanges(wanted),
      },
      limits,
      signal,
      wrote: (kind, name) => void written.set(`${kind} ${name}`, { kind, name }),
    })
    return { bytes: edits.apply(), format, written: [...written.values()] }
  }
}

/**
 * Changes what a photo says about itself, and nothing else: every other tag, the preview, maker notes and the pixels
 * stay as they are, byte for byte. JPEG, PNG and APNG, and WebP. EXIF is written, or XMP for what EXIF has no tag for
 * (title, keywords, rating); where XMP, IPTC or text chunks say the same thing, they follow. An old value is overwritten.
 *
 * A signature over the file (C2PA) does not hold afterwards. Maker notes may still say where and when: for a picture that
 * must not, `scrubMetadata` first, then edit.
 *
 * @throws RangeError for a change that cannot be written, such as a latitude of 100
 * @throws MetadataError `METADATA_UNKNOWN_FORMAT`, `METADATA_UNSUPPORTED` (a format that is only read, or extended XMP
 *   that says the same), `METADATA_MALFORMED` (a block to change is broken), `METADATA_LIMIT_EXCEEDED` (a block would be
 *   longer than a JPEG's segment). The input is as it was in all cases.
 */
export const editMetadata: MetadataEditor = /* @__PURE__ */ createEditor([jpegEditor, pngEditor, webpEditor])
