/**
 * Sealed bytes by name. A blob is partial while it grows and complete for good afterwards. Every promise that resolves
 * means on disk. Names are `[A-Za-z0-9_-]`, made by the caller.
 */
export interface BlobStore {
  /** Makes an empty partial blob. Rejects when the name is taken. */
  create(id: string): Promise<void>
  /**
   * Appends to a partial blob that has exactly `offset` bytes, and resolves with its new size. When `source` breaks
   * off, what arrived stays and the error is thrown; when storing fails, nothing of this call stays. One append at a
   * time for each blob.
   */
  append(id: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<number>
  /** Ends a partial blob. Resolves also when it is complete already. */
  complete(id: string): Promise<void>
  /** `undefined` when there is none. Counts only what is on disk: an append under way adds nothing yet. */
  stat(id: string): Promise<BlobStat | undefined>
  /** Reads a complete blob from `start` up to, not including, `end`; at least one byte. `undefined` when there is none. */
  read(
    id: string,
    range: { readonly start: number; readonly end: number },
  ): Promise<ReadableStream<Uint8Array> | undefined>
  /** Removes a blob in either state. Resolves also when there is none. */
  remove(id: string): Promise<void>
  /** The names of all blobs, in either state. */
  list(): Promise<readonly string[]>
}

export interface BlobStat {
  readonly bytes: number
  readonly state: "partial" | "complete"
}
