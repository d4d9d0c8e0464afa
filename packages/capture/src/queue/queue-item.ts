import { CaptureError } from "../errors.ts"

/**
 * - `queued`: waits for its turn, or for `nextAt`.
 * - `uploading`: its bytes are on their way.
 * - `finishing`: the server has every byte; the last step is under way or waits to be tried again.
 * - `done`: acknowledged. Told once; the item is then gone from this device.
 * - `failed`: refused for good, or unreadable. Kept until `retry` or `remove`.
 * - `expired`: too old to be sent by itself. Kept until `retry` or `remove`.
 */
export type QueueItemState = "queued" | "uploading" | "finishing" | "done" | "failed" | "expired"

/** Why an item failed, or why its last try did. */
export interface QueueFailure {
  /** A code of {@link CaptureError}, or of what `finish` threw; `"UNEXPECTED"` for an error that has none. */
  readonly code: string
  readonly status: number | null
  /** The server's own code, such as `QUOTA_EXCEEDED`. */
  readonly problem: string | null
}

/** One item as pages see it. */
export interface QueueItem {
  readonly id: string
  readonly state: QueueItemState
  /** Sealed bytes in all. */
  readonly bytes: number
  /** Acknowledged by the server, as far as this page knows. */
  readonly sentBytes: number
  /** Milliseconds since 1970, as the other times here. */
  readonly createdAt: number
  readonly expiresAt: number | null
  /** Tries that failed since the item was added or `retry` was called. */
  readonly attempts: number
  /** Not tried again before. */
  readonly nextAt: number
  readonly failure: QueueFailure | null
}

/** What a store keeps of an item beside its sealed bytes. Plain data. */
export interface QueueRow {
  readonly v: 1
  readonly id: string
  readonly state: Exclude<QueueItemState, "done">
  readonly bytes: number
  readonly chunkBytes: number
  /** Address of the upload, once there is one. */
  readonly upload: string | null
  readonly sentBytes: number
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly attempts: number
  readonly nextAt: number
  readonly failure: QueueFailure | null
}

/** Rows come from a disk: one that is not what was written is a failed item, and no other's concern. */
export function readRow(id: string, stored: unknown): QueueRow {
  return isRow(stored) && stored.id === id
    ? stored
    : { ...newRow(id, 0, 1, 0, null), state: "failed", failure: corrupt }
}

export function newRow(
  id: string,
  bytes: number,
  chunkBytes: number,
  createdAt: number,
  expiresAt: number | null,
): QueueRow {
  return {
    v: 1,
    id,
    state: "queued",
    bytes,
    chunkBytes,
    upload: null,
    sentBytes: 0,
    createdAt,
    expiresAt,
    attempts: 0,
    nextAt: 0,
    failure: null,
  }
}

export function itemOf(row: QueueRow): QueueItem {
  const { v: _v, chunkBytes: _chunkBytes, upload: _upload, ...item } = row
  return item
}

const corrupt: QueueFailure = { code: "CAPTURE_QUEUE_CORRUPT", status: null, problem: null }

export function corruptItem(id: string, what: string): CaptureError {
  return new CaptureError("CAPTURE_QUEUE_CORRUPT", `Cannot read queued item ${id}: ${what}`)
}

/** Each field is of its kind; a number is a whole one from 0. */
function isRow(value: unknown): value is QueueRow {
  const row = Object(value) as Partial<Record<keyof QueueRow, unknown>>
  return (
    row.v === 1 &&
    /^(queued|uploading|finishing|failed|expired)$/.test(String(row.state)) &&
    (row.upload === null || URL.canParse(String(row.upload))) &&
    typeof row.failure === "object" &&
    [row.bytes, row.chunkBytes, row.sentBytes, row.createdAt, row.attempts, row.nextAt, row.expiresAt ?? 0].every(
      (count) => Number.isSafeInteger(count) && Number(count) >= 0,
    ) &&
    row.chunkBytes !== 0
  )
}
