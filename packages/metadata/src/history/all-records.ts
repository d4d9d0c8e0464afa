import type { History } from "./history.ts"
import type { HistoryQuery } from "./query.ts"
import type { HistoryRecord } from "./record.ts"

const pageSize = 500

/** Every record that matches, page by page; `offset` and `limit` of the query do not count. */
export async function* allRecords(
  history: History,
  query: HistoryQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryRecord, void, undefined> {
  for (let offset = 0; ; offset += pageSize) {
    signal?.throwIfAborted()
    const { records } = await history.search({ sort: "added", ...query, offset, limit: pageSize })
    yield* records
    if (records.length < pageSize) return
  }
}
