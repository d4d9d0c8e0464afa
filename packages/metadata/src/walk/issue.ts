/**
 * Why a fact may be missing:
 * - `truncated`: the bytes end inside a part. `junk`: bytes that belong to no part were skipped.
 * - `too-many-parts`, `too-large`, `too-deep`: beyond a limit, so left out.
 * - `bad-entry`: an entry of an EXIF directory points outside, repeats, or has no known type.
 * - `bad-structure`: a block is not what its name says.
 * - `conflict`: two blocks of one kind; the first is shown.
 * - `unsupported`: a block in a coding that is not decoded here, such as Brotli in JPEG XL.
 */
export type IssueCode =
  | "truncated"
  | "junk"
  | "too-many-parts"
  | "too-large"
  | "too-deep"
  | "bad-entry"
  | "bad-structure"
  | "conflict"
  | "unsupported"

/** Something odd that was met and survived. */
export interface Issue {
  readonly code: IssueCode
  /** The part, such as `APP1` or `exif/ExposureTime`; never text from the file. */
  readonly where: string
}
