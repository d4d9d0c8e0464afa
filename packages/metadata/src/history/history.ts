import { HistoryError } from "./history-error.ts"
import { emptyHead, logKeys, type HistoryHead, type HistoryKeys } from "./history-keys.ts"
import { parseQuery, type HistoryQuery } from "./query.ts"
import { parseRecord, type HistoryRecord } from "./record.ts"
import { RecordTable } from "./record-table.ts"
import { scan, tableOrder, type TableOrder } from "./scan.ts"
import { maxLines } from "./segment.ts"
import { concat, SegmentLog } from "./segment-log.ts"
import type { SegmentStore } from "./segment-store.ts"

export interface OpenHistoryOptions {
  readonly store: SegmentStore
  readonly keys: HistoryKeys
  /** The head that the account's state holds. A store that ends before it, or has another chain, is refused. */
  readonly head?: HistoryHead | undefined
  /** Which history of the account, where there are several; `captures` by default. */
  readonly log?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a sync or a compaction did. */
export interface SyncResult {
  /** To be kept in the account's state. */
  readonly head: HistoryHead
  /** Segments that others wrote. */
  readonly pulled: number
  /** Segments that were written. */
  readonly pushed: number
  /** So many small segments or removed records that `compact` is worth its while. */
  readonly compactable: boolean
}

export interface HistoryPage {
  readonly records: readonly HistoryRecord[]
  /** How many match in all. */
  readonly total: number
}

export interface HistorySummary {
  readonly head: HistoryHead
  readonly records: number
  /** Records and removals that are not stored before the next `sync`. */
  readonly pending: number
  /** Segments that a new client reads. */
  readonly segments: number
  /** How many records name each, the most frequent first. */
  readonly cameras: readonly NameCount[]
  readonly rooms: readonly NameCount[]
  readonly flags: readonly NameCount[]
}

export interface NameCount {
  readonly name: string
  readonly count: number
}

interface Cancel {
  readonly signal?: AbortSignal | undefined
}

/** The records of an account, all of them in memory, and as sealed segments in a store. */
export interface History {
  /**
   * Adds records, or puts them in place of those with their ids. A search finds them at once; they are stored by `sync`.
   * @throws TypeError when one is not of the form of a record; then none is added.
   */
  append(records: readonly HistoryRecord[]): Promise<void>
  /** Takes records away by their ids; unknown ids do nothing. */
  remove(ids: readonly string[]): Promise<void>
  /**
   * Reads what others wrote, then writes what is pending. What is pending counts as later.
   * @throws HistoryError `HISTORY_TAMPERED`, `HISTORY_INCOMPLETE`, `HISTORY_ROLLED_BACK`, `HISTORY_MALFORMED`,
   * `HISTORY_CONFLICT`. Nothing of a refused store is taken over, and what is pending stays.
   */
  sync(options?: Cancel): Promise<SyncResult>
  /** Syncs, writes all that stands anew and removes the segments before: what was taken away is then gone from the store. */
  compact(options?: Cancel): Promise<SyncResult>
  search(query?: HistoryQuery): Promise<HistoryPage>
  get(id: string): Promise<HistoryRecord | undefined>
  summary(): Promise<HistorySummary>
}

const maxAttempts = 16

/**
 * Opens a history: reads, verifies and unseals all of its segments. Run it in a worker: see `serveHistory`.
 * @throws HistoryError as `sync` does.
 * @throws RangeError when the key is not of 32 bytes.
 */
export async function openHistory(options: OpenHistoryOptions): Promise<History> {
  const { store, keys, head = emptyHead, log = "captures", signal } = options
  const history = new OpenedHistory(store, keys, log, head)
  await history.pull(signal)
  return history
}

class OpenedHistory implements History {
  readonly #log: SegmentLog
  #table = new RecordTable()
  #order: TableOrder | undefined
  #pending: Uint8Array[] = []
  /** One sync at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Why the table is not what the head says, if it is not. */
  #broken: unknown

  constructor(store: SegmentStore, keys: HistoryKeys, log: string, head: HistoryHead) {
    this.#log = new SegmentLog(store, logKeys(keys, log), head)
  }

  async append(records: readonly HistoryRecord[]): Promise<void> {
    const lines = records.map((record) => {
      const parsed = parseRecord(record)
      if (!parsed.ok) throw new TypeError(`Cannot append record: ${parsed.why}`)
      return lineOf(parsed.record)
    })
    this.#take(lines)
  }

  async remove(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.#table.rowOf(id) !== undefined)
    this.#take(known.map((removed) => lineOf({ removed })))
  }

  async sync({ signal }: Cancel = {}): Promise<SyncResult> {
    return await this.#inTurn(() => this.#sync(signal))
  }

  async compact({ signal }: Cancel = {}): Promise<SyncResult> {
    return await this.#inTurn(async () => {
      let [pulled, pushed] = [0, 0]
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const synced = await this.#sync(signal)
        pulled += synced.pulled
        pushed += synced.pushed
        const segments = await this.#log.compact([...this.#table.standingLines()], signal)
        if (!segments) continue
        this.#table = new RecordTable()
        for (const { body } of segments) this.#table.add(body)
        this.#table.trim()
        this.#addPending()
        return this.#result(pulled, pushed + segments.length)
      }
      throw conflict()
    })
  }

  async search(query: HistoryQuery = {}): Promise<HistoryPage> {
    const parsed = parseQuery(query)
    this.#refuseBroken()
    const table = this.#table
    if (this.#order?.version !== table.version) this.#order = tableOrder(table)
    const { rows, total } = scan(table, parsed, this.#order)
    return { records: rows.map((row) => table.record(row)), total }
  }

  async get(id: string): Promise<HistoryRecord | undefined> {
    this.#refuseBroken()
    const row = this.#table.rowOf(id)
    return row === undefined ? undefined : this.#table.record(row)
  }

  async summary(): Promise<HistorySummary> {
    const table = this.#table
    return {
      head: this.#log.head,
      records: table.size,
      pending: this.#pending.length,
      segments: this.#log.length,
      cameras: counted(table, table.camera.values, (number) => [table.cameras.nameOf(number)]),
      rooms: counted(table, table.room.values, (number) => [table.rooms.nameOf(number)]),
      flags: counted(table, table.flags.values, (number) => table.flagSets.nameOf(number).split(" ")),
    }
  }

  /** Reads what is new; `openHistory` and `sync` call it. */
  async pull(signal: AbortSignal | undefined): Promise<number> {
    this.#refuseBroken()
    const { segments, restart } = await this.#log.pull(signal)
    if (segments.length === 0) return 0
    try {
      if (restart) this.#table = new RecordTable()
      for (const { body } of segments) this.#table.add(body)
      this.#table.trim()
    } catch (error) {
      this.#broken = error
      throw error
    }
    this.#addPending()
    return segments.length
  }

  async #sync(signal: AbortSignal | undefined): Promise<SyncResult> {
    let [pulled, pushed] = [0, 0]
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      pulled += await this.pull(signal)
      let stored = this.#pending.length
      while (this.#pending.length > 0 && stored > 0) {
        stored = await this.#log.push(this.#pending, signal)
        this.#pending.splice(0, stored)
        if (stored > 0) pushed++
      }
      if (this.#pending.length === 0) return this.#result(pulled, pushed)
    }
    throw conflict()
  }

  #result(pulled: number, pushed: number): SyncResult {
    const { length } = this.#log
    const needed = Math.ceil(this.#table.size / maxLines)
    const compactable = length > 8 + 2 * needed || this.#table.rows > 1024 + 2 * this.#table.size
    return { head: this.#log.head, pulled, pushed, compactable }
  }

  #take(lines: readonly Uint8Array[]): void {
    this.#addToTable(lines)
    // Not spread: an import may be of more lines than a call takes arguments.
    for (const line of lines) this.#pending.push(line)
  }

  /** What is pending counts as later than what was read: it is applied again. */
  #addPending(): void {
    this.#addToTable(this.#pending)
  }

  #addToTable(lines: readonly Uint8Array[]): void {
    for (let at = 0; at < lines.length; at += maxLines) this.#table.add(concat(lines.slice(at, at + maxLines)))
  }

  #refuseBroken(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    // A failed turn does not stop the next one; its own caller hears of it.
    this.#turn = turn.catch(() => undefined)
    return await turn
  }
}

function lineOf(value: HistoryRecord | { readonly removed: string }): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`)
}

function counted(
  table: RecordTable,
  numbers: Uint32Array,
  namesOf: (number: number) => readonly string[],
): readonly NameCount[] {
  const byNumber = new Map<number, number>()
  for (let row = 0; row < table.rows; row++) {
    const number = numbers[row] ?? 0
    if (number > 0 && table.alive.values[row] === 1) byNumber.set(number, (byNumber.get(number) ?? 0) + 1)
  }
  const counts = new Map<string, number>()
  for (const [number, count] of byNumber)
    for (const name of namesOf(number)) counts.set(name, (counts.get(name) ?? 0) + count)
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

function conflict(): HistoryError {
  return new HistoryError("HISTORY_CONFLICT", "Cannot sync history: other writers were faster every time")
}
