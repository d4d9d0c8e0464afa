import type { HistoryPage, HistoryQuery, HistoryRecord, HistorySummary } from "@darkslide/metadata/history"
import type { AbortableOptions } from "../account/account-service.ts"

/** All that is known of the account's captures, searched in this browser. Implemented in `account-history.ts`. */
export interface HistoryService {
  /**
   * Opens, verifies and reads what is new. Rejects with a `HistoryError` such as `HISTORY_ROLLED_BACK` when the server does
   * not hold what was given to it.
   */
  refresh(options?: AbortableOptions): Promise<void>
  search(query: HistoryQuery, options?: AbortableOptions): Promise<HistoryPage>
  get(captureId: string, options?: AbortableOptions): Promise<HistoryRecord | undefined>
  summary(options?: AbortableOptions): Promise<HistorySummary>
  /** Adds or replaces records; they are found at once, and on the server when this resolves. */
  append(records: readonly HistoryRecord[], options?: AbortableOptions): Promise<void>
  remove(captureIds: readonly string[], options?: AbortableOptions): Promise<void>
  /** As `remove`, and has what is removed leave the server's sealed segments too: all of them are written anew. */
  forget(captureIds: readonly string[], options?: AbortableOptions): Promise<void>
  /** As text, piece by piece. */
  exported(format: HistoryFormat, options?: AbortableOptions): Promise<Blob>
  /** Takes the records of a JSON Lines file. Resolves to how many. */
  imported(file: Blob, options?: AbortableOptions): Promise<number>
}

export type HistoryFormat = "jsonl" | "csv"
