import { DarkslideError } from "@darkslide/crypto/errors"

/**
 * - `HISTORY_TAMPERED`: a segment does not open at its place, does not follow the one before, or is not the one that the
 *   known head vouches for.
 * - `HISTORY_INCOMPLETE`: segments are missing between those that are there.
 * - `HISTORY_ROLLED_BACK`: the store ends before the known head.
 * - `HISTORY_MALFORMED`: a segment opened, but is not of a form known here; or imported text is not of the format
 *   (`line` tells where).
 * - `HISTORY_LIMIT_EXCEEDED`: imported text has longer lines or more columns than a record can need.
 * - `HISTORY_CONFLICT`: other writers were faster, again and again; nothing was lost, try later.
 */
export type HistoryErrorCode =
  | "HISTORY_TAMPERED"
  | "HISTORY_INCOMPLETE"
  | "HISTORY_ROLLED_BACK"
  | "HISTORY_MALFORMED"
  | "HISTORY_LIMIT_EXCEEDED"
  | "HISTORY_CONFLICT"

/** What opening, syncing and importing a history throw on bad input. Messages hold nothing of the records. */
export class HistoryError extends DarkslideError<HistoryErrorCode> {
  override readonly name = "HistoryError"
  /** Of the segment that is to blame, where there is one. */
  readonly segment: number | undefined
  /** Of the imported text, from 1, where there is one. */
  readonly line: number | undefined

  constructor(
    code: HistoryErrorCode,
    message: string,
    options: ErrorOptions & { segment?: number | undefined; line?: number | undefined } = {},
  ) {
    super(code, message, options)
    this.segment = options.segment
    this.line = options.line
  }
}
