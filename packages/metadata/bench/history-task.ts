import { memorySegments, openHistory, type HistoryRecord, type SegmentStore } from "@darkslide/metadata/history"
import MiniSearch from "minisearch"
import { sampleRecords } from "../test/history/sample-records.ts"

/** What one run over a history measured, in milliseconds; bytes where the platform tells them. */
export interface HistoryRun {
  readonly openMs: number
  readonly firstSearchMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly heapBytes: number
  readonly bufferBytes: number
  readonly miniSearchBuildMs: number
  readonly miniSearchP50Ms: number
  readonly miniSearchP95Ms: number
  readonly miniSearchHeapBytes: number
  readonly sealedBytes: number
}

export interface Memory {
  readonly heap: number
  readonly buffers: number
}

const keys = { accountId: "bench", historyKey: new Uint8Array(32).fill(7) }
const rounds = 5
const queriesOfARound = 60

/**
 * Opens a history from its sealed segments and searches it, as a client does after a cold start; then the same records and
 * queries in MiniSearch. Every search includes its page of 50 records.
 * @param memory - Collects garbage, then says what is in use.
 */
export async function runHistory(count: number, memory: () => Promise<Memory>): Promise<HistoryRun> {
  const store = memorySegments()
  await fill(store, count)
  const infos = await store.list({ from: 1 })
  const before = await memory()
  const opening = performance.now()
  const history = await openHistory({ store, keys })
  const openMs = performance.now() - opening
  const searching = performance.now()
  // With words: the lists of rows by word are made now, and count as memory.
  await history.search({ words: "harbour" })
  const firstSearchMs = performance.now() - searching
  const after = await memory()
  const records = sampleRecords(count)
  const ours = await latencies(records, async (words) => await history.search({ words }))

  const building = performance.now()
  const beforeMini = await memory()
  const mini = miniSearchOver(records)
  const miniSearchBuildMs = performance.now() - building
  const afterMini = await memory()
  const theirs = await latencies(records, async (words) => mini.search(words).slice(0, 50))
  return {
    openMs,
    firstSearchMs,
    p50Ms: ours.p50,
    p95Ms: ours.p95,
    heapBytes: after.heap - before.heap,
    bufferBytes: after.buffers - before.buffers,
    miniSearchBuildMs,
    miniSearchP50Ms: theirs.p50,
    miniSearchP95Ms: theirs.p95,
    miniSearchHeapBytes: afterMini.heap - beforeMini.heap,
    sealedBytes: infos.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

async function fill(store: SegmentStore, count: number): Promise<void> {
  const writer = await openHistory({ store, keys })
  await writer.append(sampleRecords(count))
  await writer.sync()
}

function miniSearchOver(records: readonly HistoryRecord[]): MiniSearch {
  const mini = new MiniSearch({
    fields: ["title", "description", "keywords", "camera", "place", "room"],
    searchOptions: { prefix: true, combineWith: "AND" },
    extractField: (record: HistoryRecord, field: string): string => {
      if (field === "place") return record.place?.name ?? ""
      if (field === "keywords") return record.keywords?.join(" ") ?? ""
      return String(Reflect.get(record, field) ?? "")
    },
  })
  mini.addAll(records)
  return mini
}

/** One word, the start of one, or two: as a person types. */
function queryAt(records: readonly HistoryRecord[], i: number): string {
  const { description = "", camera = "" } = records[(i * 7919) % records.length] ?? {}
  const words = description.split(" ")
  if (i % 3 === 0) return words[0] ?? ""
  return i % 3 === 1 ? (words[1] ?? "").slice(0, 4) : `${camera.split(" ")[1] ?? ""} ${words[2] ?? ""}`
}

async function latencies(
  records: readonly HistoryRecord[],
  search: (words: string) => Promise<unknown>,
): Promise<{ readonly p50: number; readonly p95: number }> {
  for (let i = 0; i < 12; i++) await search(queryAt(records, i))
  const times: number[] = []
  for (let i = 0; i < rounds * queriesOfARound; i++) {
    const start = performance.now()
    await search(queryAt(records, i % queriesOfARound))
    times.push(performance.now() - start)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}
