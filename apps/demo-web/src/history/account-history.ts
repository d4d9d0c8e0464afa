import {
  exportCsv,
  exportJsonLines,
  importJsonLines,
  type ConnectHistoryOptions,
  type History,
  type HistoryPage,
  type HistoryQuery,
  type HistoryRecord,
  type HistorySummary,
} from "@darkslide/metadata/history"
import type { AbortableOptions } from "../account/account-service.ts"
import type { HttpAccount } from "../account/http-account.ts"
import type { HistoryFormat, HistoryService } from "./history-service.ts"

/** A history that runs somewhere, until it is closed. */
export interface RunningHistory {
  readonly history: History
  close(): void
}

export type StartHistory = (options: Pick<ConnectHistoryOptions, "keys" | "head">) => Promise<RunningHistory>

/** Records of one import that are handed over at a time. */
const importStep = 512

/** The history of whoever is unlocked: opened when it is first asked for, gone when the keys are. */
export class AccountHistory implements HistoryService {
  readonly #account: HttpAccount
  readonly #start: StartHistory
  #running: { readonly accountId: string; readonly started: Promise<RunningHistory> } | undefined
  /** One change of the server's segments at a time, each with its head. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: { readonly account: HttpAccount; readonly start: StartHistory }) {
    this.#account = options.account
    this.#start = options.start
  }

  async refresh(options: AbortableOptions = {}): Promise<void> {
    await this.#sync(await this.#open(), options)
  }

  async search(query: HistoryQuery): Promise<HistoryPage> {
    return await (await this.#open()).search(query)
  }

  async get(captureId: string): Promise<HistoryRecord | undefined> {
    return await (await this.#open()).get(captureId)
  }

  async summary(): Promise<HistorySummary> {
    return await (await this.#open()).summary()
  }

  async append(records: readonly HistoryRecord[], options: AbortableOptions = {}): Promise<void> {
    const history = await this.#open()
    await history.append(records)
    await this.#sync(history, options)
  }

  async remove(captureIds: readonly string[], options: AbortableOptions = {}): Promise<void> {
    const history = await this.#open()
    await history.remove(captureIds)
    await this.#sync(history, options)
  }

  async forget(captureIds: readonly string[], options: AbortableOptions = {}): Promise<void> {
    const history = await this.#open()
    await history.remove(captureIds)
    await this.#sync(history, { ...options, compact: true })
  }

  async exported(format: HistoryFormat, { signal }: AbortableOptions = {}): Promise<Blob> {
    const history = await this.#open()
    const pieces: string[] = []
    const rows = format === "csv" ? exportCsv(history, {}, { signal }) : exportJsonLines(history, {}, { signal })
    for await (const row of rows) pieces.push(row)
    return new Blob(pieces, { type: format === "csv" ? "text/csv" : "application/jsonl" })
  }

  async imported(file: Blob, options: AbortableOptions = {}): Promise<number> {
    const history = await this.#open()
    // All of it is read before any of it is taken: a broken file changes nothing.
    const records: HistoryRecord[] = []
    for await (const record of importJsonLines(textOf(file))) {
      options.signal?.throwIfAborted()
      records.push(record)
    }
    for (let at = 0; at < records.length; at += importStep) await history.append(records.slice(at, at + importStep))
    await this.#sync(history, options)
    return records.length
  }

  /** Keeps to the account until the signal aborts: nothing that was opened outlives its keys. */
  async follow(signal: AbortSignal): Promise<void> {
    for await (const status of this.#account.statuses({ signal }))
      if (status.status !== "unlocked" || status.accountId !== this.#running?.accountId) await this.close()
    await this.close()
  }

  async close(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    // What failed to start has told whoever asked for it, and has nothing to close.
    const started = await running?.started.catch(() => undefined)
    started?.close()
  }

  async #open(): Promise<History> {
    const { account } = this.#account.unlocked()
    const { accountId, keyring, state } = account
    if (this.#running?.accountId !== accountId) {
      await this.close()
      const keys = { accountId, historyKey: keyring.historyKey }
      const started = this.#start({ keys, head: state.history })
      this.#running = { accountId, started }
      // The next who asks tries again.
      started.catch(() => (this.#running = undefined))
    }
    return (await this.#running.started).history
  }

  /** Reads what others wrote, writes what is new, and has the account vouch for it. */
  async #sync(history: History, options: AbortableOptions & { readonly compact?: boolean }): Promise<void> {
    const turn = this.#turn.then(() => this.#syncNow(history, options))
    // A failed turn does not stop the next one; its own caller hears of it.
    this.#turn = turn.catch(() => undefined)
    await turn
  }

  async #syncNow(
    history: History,
    { signal, compact = false }: AbortableOptions & { readonly compact?: boolean },
  ): Promise<void> {
    const synced = await history.sync({ signal })
    const { head } = compact || synced.compactable ? await history.compact({ signal }) : synced
    await this.#account.keepHistoryHead(head, { signal })
  }
}

async function* textOf(file: Blob): AsyncGenerator<string> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
