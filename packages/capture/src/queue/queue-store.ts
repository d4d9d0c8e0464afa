import type { QueueRow } from "./queue-item.ts"

/**
 * Where a queue keeps its items: sealed bytes only. Several tabs use one store at a time.
 *
 * What is read comes back as `unknown`: the queue checks it, so that a damaged row costs only itself. A method rejects
 * with a CaptureError: `CAPTURE_QUEUE_FULL` (no room), `CAPTURE_QUEUE_CORRUPT` (this one value cannot be read),
 * `CAPTURE_QUEUE_UNAVAILABLE` (anything else).
 */
export interface QueueStore {
  /** Adds an item whole or not at all. Resolves once it survives a crash; rejects where the id is taken. */
  add(item: StoredItem): Promise<void>
  /** Every row by its id, in any order. */
  rows(): Promise<readonly { readonly id: string; readonly row: unknown }[]>
  parts(id: string): Promise<unknown>
  chunk(id: string, index: number): Promise<unknown>
  /** Changes fields of a row in one step. Resolves to false where it is gone. */
  update(id: string, change: Partial<QueueRow>): Promise<boolean>
  /** Removes row, parts and chunks at once; nothing where there is none. */
  remove(id: string): Promise<void>
  /** Lets go of connections. It may be used again afterwards. */
  close(): Promise<void>
}

export interface StoredItem {
  readonly row: QueueRow
  readonly parts: QueueParts
  /** All of `chunkBytes`, but the last. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
}

/** What `finish` needs beside the bytes, such as headers and signed documents: sealed, signed, or fit for strangers. */
export type QueueParts = Readonly<Record<string, QueuePart>>
export type QueuePart = Uint8Array | string | number | boolean | null | readonly number[]
