import { CaptureError } from "../errors.ts"
import { failureOf } from "./retry-plan.ts"

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
  const row = Object(stored) as QueueRow
  return row.id === id && isSound(row)
    ? row
    : { ...newRow(id, 0, 1, 0, null), state: "failed", failure: failureOf(corruptItem(id, "row")) }
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

export function corruptItem(id: string, what: string): CaptureError {
  return new CaptureError("CAPTURE_QUEUE_CORRUPT", `Cannot use queue: ${what} of ${id}`)
}

const pending: readonly QueueItemState[] = ["queued", "uploading", "finishing"]

/** Whether an item is still to be sent. */
export function isPending({ state }: QueueRow): boolean {
  return pending.includes(state)
}

/** Each field is of its kind; a number is a whole one from 0. */
function isSound(row: QueueRow): boolean {
  return (
    row.v === 1 &&
    (isPending(row) || row.state === "failed" || row.state === "expired") &&
    (row.upload === null || URL.canParse(row.upload)) &&
    typeof row.failure === "object" &&
    row.chunkBytes !== 0 &&
    [row.bytes, row.chunkBytes, row.sentBytes, row.createdAt, row.attempts, row.nextAt, row.expiresAt ?? 0].every(
      (count) => Number.isSafeInteger(count) && count >= 0,
    )
  )
}
