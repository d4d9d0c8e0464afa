export { exportCsv, importCsv } from "./history/csv.ts"
export { openHistory } from "./history/history.ts"
export type {
  History,
  HistoryPage,
  HistorySummary,
  NameCount,
  OpenHistoryOptions,
  SyncResult,
} from "./history/history.ts"
export { HistoryError } from "./history/history-error.ts"
export type { HistoryErrorCode } from "./history/history-error.ts"
export { emptyHead } from "./history/history-keys.ts"
export type { HistoryHead, HistoryKeys } from "./history/history-keys.ts"
export { exportJsonLines, importJsonLines } from "./history/json-lines.ts"
export type { HistoryQuery } from "./history/query.ts"
export type { HistoryRecord } from "./history/record.ts"
export { memorySegments } from "./history/segment-store.ts"
export type { SegmentInfo, SegmentStore } from "./history/segment-store.ts"
export { connectHistory, serveHistory } from "./history/history-worker.ts"
export type { ConnectHistoryOptions } from "./history/history-worker.ts"
export type { MessagePortLike } from "./worker/message-port.ts"
