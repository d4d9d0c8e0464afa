import { DarkslideError } from "@darkslide/crypto/errors"

/** Camera failures, with what a person can do about each; and refusals of a sealed capture, by the part that failed. */
export type CaptureErrorCode = CameraErrorCode | SealedCaptureErrorCode | UploadErrorCode | RecordErrorCode

export type CameraErrorCode =
  | "CAPTURE_INSECURE"
  | "CAPTURE_POLICY_BLOCKED"
  | "CAPTURE_UNSUPPORTED"
  | "CAPTURE_DENIED"
  | "CAPTURE_DISMISSED"
  | "CAPTURE_DENIED_BY_OS"
  | "CAPTURE_NOT_FOUND"
  | "CAPTURE_BUSY"
  | "CAPTURE_OVERCONSTRAINED"
  | "CAPTURE_ENDED"
  | "CAPTURE_UNPLUGGED"
  | "CAPTURE_READBACK_TAMPERED"

/**
 * - `CAPTURE_MEDIA_INVALID`, `CAPTURE_RECORD_INVALID`, `CAPTURE_THUMBNAIL_INVALID`: that part is cut, swapped,
 *   replaced, older than one seen before, or malformed. Header, sealing and private part count as the record.
 * - `CAPTURE_FOREIGN`: the parts belong to another capture or another account.
 * - `CAPTURE_UNSIGNED`: no device of the account, in scope and not revoked, signed it.
 */
export type SealedCaptureErrorCode =
  | "CAPTURE_MEDIA_INVALID"
  | "CAPTURE_RECORD_INVALID"
  | "CAPTURE_THUMBNAIL_INVALID"
  | "CAPTURE_FOREIGN"
  | "CAPTURE_UNSIGNED"

/**
 * - `CAPTURE_UPLOAD_REJECTED`: the server refuses for good (`status`).
 * - `CAPTURE_UPLOAD_INTERRUPTED`: worth another try.
 * - `CAPTURE_QUEUE_FULL`: this browser has no room for another item.
 * - `CAPTURE_QUEUE_CORRUPT`: a stored item cannot be read any more. The others are not touched by it.
 * - `CAPTURE_QUEUE_UNAVAILABLE`: the browser refuses its storage.
 */
export type UploadErrorCode =
  | "CAPTURE_UPLOAD_REJECTED"
  | "CAPTURE_UPLOAD_INTERRUPTED"
  | "CAPTURE_QUEUE_FULL"
  | "CAPTURE_QUEUE_CORRUPT"
  | "CAPTURE_QUEUE_UNAVAILABLE"

/**
 * - `CAPTURE_RECORDING_FAILED`: the browser's encoder gave up, or the camera gave no picture.
 * - `CAPTURE_SEGMENTS_INVALID`: what should be joined is no video, or no whole run of one recording.
 */
export type RecordErrorCode = "CAPTURE_RECORDING_FAILED" | "CAPTURE_SEGMENTS_INVALID"

/** What this package throws on bad input or a camera that will not work. */
export class CaptureError extends DarkslideError<CaptureErrorCode> {
  override readonly name = "CaptureError"
  /** What a person can do now, in one English sentence. Absent where nothing helps. */
  declare readonly hint: string | undefined
  /** Of `CAPTURE_OVERCONSTRAINED`: what the camera could not do, such as `width`, `facing`, `zoom`. */
  declare readonly constraint: string | undefined
  /** HTTP status of a rejected or interrupted upload, where there was an answer. */
  declare readonly status: number | undefined
  /** How long the server asks to be left alone (`Retry-After`), in milliseconds. */
  declare readonly retryAfterMs: number | undefined
  /** The server's own code for it, such as `QUOTA_EXCEEDED`, where its answer was a problem document (RFC 9457). */
  declare readonly problem: string | undefined

  constructor(code: CaptureErrorCode, message: string, options: CaptureErrorOptions = {}) {
    super(code, message, options)
    this.hint = options.hint
    this.constraint = options.constraint
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
    this.problem = options.problem
  }
}

interface CaptureErrorOptions extends ErrorOptions {
  readonly hint?: string | undefined
  readonly constraint?: string | undefined
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly problem?: string | undefined
}
