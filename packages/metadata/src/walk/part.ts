import { MetadataError } from "../errors.ts"
import type { Limits } from "../limits.ts"
import type { Issue, IssueCode } from "./issue.ts"

/**
 * What a part is for:
 * - `structure`: needed to find or decode the picture (headers, tables, indexes).
 * - `image`: coded pixels or samples. `colour`: how to show them (ICC apart). `animation`: timing and loops.
 * - `icc`, `exif`, `xmp`, `xmp-extended`, `iptc` (Photoshop resources), `text`, `comment`, `time`: metadata.
 * - `c2pa`: signed provenance. `thumbnail`: another, smaller picture. `multi-picture`: an index of pictures in the trailer.
 * - `application`: a private block of some program. `unknown`: a part with a name that no walker knows.
 * - `padding`: fill bytes and free boxes. `junk`: bytes that belong to nothing. `trailer`: bytes after the end.
 */
export type PartKind =
  | "structure"
  | "image"
  | "colour"
  | "animation"
  | "icc"
  | "exif"
  | "xmp"
  | "xmp-extended"
  | "iptc"
  | "text"
  | "comment"
  | "time"
  | "c2pa"
  | "thumbnail"
  | "multi-picture"
  | "application"
  | "unknown"
  | "padding"
  | "junk"
  | "trailer"

/** A stretch of a file, named as its format names it (`APP1`, `IDAT`, `moov/mvhd`). Offsets are in bytes from the start. */
export interface Part {
  readonly kind: PartKind
  readonly name: string
  readonly offset: number
  /** Of the whole part with its header. */
  readonly length: number
  /** Where its payload starts, past the header and the identifier that told its kind. */
  readonly dataOffset: number
  readonly dataLength: number
  /** How many neighbours of this name it stands for; 1 unless the file has very many, or for image data. */
  readonly count: number
}

/** What a walker saw, in file order and without a gap: the parts cover every byte of the file once. */
export interface Walk {
  readonly parts: readonly Part[]
  readonly issues: readonly Issue[]
  /** False when the bytes ended inside a part. */
  readonly complete: boolean
}

/** Collects a walk within the limits. */
export class PartList implements Walk {
  readonly parts: Part[] = []
  readonly issues: Issue[] = []
  complete = true
  readonly #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /**
   * Adds one part. Image data joins its neighbour; above the limit any part joins a neighbour of its name.
   * @throws MetadataError `METADATA_LIMIT_EXCEEDED` when there are too many of different names; its `cause` is this list.
   */
  add(kind: PartKind, name: string, offset: number, length: number, headerLength = 0): void {
    const last = this.parts.at(-1)
    const full = this.parts.length >= this.#limits.maxParts
    if (
      (full || kind === "image") &&
      last?.name === name &&
      last.kind === kind &&
      last.offset + last.length === offset
    ) {
      if (full && last.count === 1) this.report("too-many-parts", `${name} from byte ${offset}`)
      this.parts[this.parts.length - 1] = { ...last, length: last.length + length, count: last.count + 1 }
      return
    }
    if (full) {
      this.complete = false
      this.report("too-many-parts", `byte ${offset}`)
      throw new MetadataError("METADATA_LIMIT_EXCEEDED", "Cannot walk file: too many parts", { cause: this })
    }
    const dataOffset = offset + Math.min(headerLength, length)
    this.parts.push({ kind, name, offset, length, dataOffset, dataLength: offset + length - dataOffset, count: 1 })
  }

  /** Notes that the bytes end inside a part. */
  cut(where: string): void {
    this.complete = false
    this.report("truncated", where)
  }

  report(code: IssueCode, where: string): void {
    if (this.issues.length < 64) this.issues.push({ code, where })
  }
}
