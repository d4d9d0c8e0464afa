import { CaptureError } from "../errors.ts"
import { systemClock, type Clock } from "./clock.ts"
import { isPending, nextStep } from "./next-step.ts"
import type { QueueChannel, QueueStatus } from "./queue-channel.ts"
import { itemOf, readRow, type QueueRow } from "./queue-item.ts"
import type { UploadQueueOptions } from "./queue-options.ts"
import type { QueueStore } from "./queue-store.ts"
import { failureOf, kindOf, retryDelay } from "./retry-plan.ts"
import { sendItem } from "./send-item.ts"

/** `always`: waits for more until its signal aborts. `once`: until nothing is due. */
export type UploadUntil = "always" | "once"

/** Sends item after item. Only whoever holds the queue's lock lets it `lead`. */
export class Uploader {
  readonly #options: Omit<UploadQueueOptions<never>, "seal">
  readonly #store: QueueStore
  readonly #channel: QueueChannel
  readonly #clock: Clock
  #leading = 0
  #block: "paused" | "unauthorized" | undefined
  /** Failures of the connection in a row, and until when they hold everything. */
  #failures = 0
  #heldUntil = 0
  #isHeldByServer = false
  #poked = Promise.withResolvers<void>()
  #current: { readonly id: string; readonly stop: AbortController } | undefined
  #status: QueueStatus = { state: "idle", until: null }

  constructor(options: Omit<UploadQueueOptions<never>, "seal">, channel: QueueChannel) {
    this.#options = options
    this.#store = options.store
    this.#channel = channel
    this.#clock = options.clock ?? systemClock
  }

  get isLeading(): boolean {
    return this.#leading > 0
  }

  async lead(signal: AbortSignal, until: UploadUntil): Promise<void> {
    this.#leading++
    try {
      while (!signal.aborted) if (!(await this.#step(signal, until))) return
      signal.throwIfAborted()
    } finally {
      this.#leading--
    }
  }

  /** Something changed: looks again. */
  poke(): void {
    this.#poked.resolve()
    this.#poked = Promise.withResolvers()
  }

  pause(): void {
    this.#block = "paused"
    this.#current?.stop.abort()
    this.poke()
  }

  resume(): void {
    this.#block = undefined
    this.#heldUntil = 0
    this.poke()
  }

  /** Ends a wait that only a failed connection imposed. What the server asked for stands. */
  reconnect(): void {
    if (!this.#isHeldByServer) this.#heldUntil = 0
    this.poke()
  }

  /** Stops sending an item that was removed. */
  drop(id: string): void {
    if (this.#current?.id === id) this.#current.stop.abort()
  }

  tellStatus(): void {
    this.#channel.tell({ type: "status", status: this.#status })
  }

  /** @returns whether there is more to do. */
  async #step(signal: AbortSignal, until: UploadUntil): Promise<boolean> {
    // Taken before the store is read: what happens from here on ends the wait below.
    const poked = this.#poked.promise
    if (this.#block) return await this.#wait({ state: this.#block, until: null }, poked, signal, until)
    const rows = await readRows(this.#store).catch((error: unknown) => this.#holdAll(error))
    const next = rows && nextStep(rows, this.#clock.now(), this.#heldUntil)
    if (next?.step === "expire") {
      await this.#guard(() => this.#change(next.row, { state: "expired" }))
      return true
    }
    const isOnline = (globalThis.navigator as Partial<Navigator> | undefined)?.onLine ?? true
    if (next?.step === "send" && isOnline) {
      await this.#send(next.row, signal)
      return true
    }
    const due = next?.step === "wait" ? next.until : this.#heldUntil
    if (until === "once" && due !== null)
      throw new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "Cannot upload now: items remain")
    const state = due === null ? "idle" : isOnline ? "waiting" : "offline"
    return await this.#wait({ state, until: state === "waiting" ? due : null }, poked, signal, until)
  }

  async #wait(status: QueueStatus, poked: Promise<void>, signal: AbortSignal, until: UploadUntil): Promise<boolean> {
    this.#setStatus(status)
    if (until === "once") return false
    const over = new AbortController()
    const ms = Math.max(0, (status.until ?? Number.POSITIVE_INFINITY) - this.#clock.now())
    const slept = this.#clock.sleep(ms, AbortSignal.any([signal, over.signal])).catch((error: unknown) => {
      if (!signal.aborted && !over.signal.aborted) throw error
    })
    try {
      await Promise.race([poked, slept])
    } finally {
      over.abort()
    }
    return true
  }

  async #send(row: QueueRow, leading: AbortSignal): Promise<void> {
    const { endpoint, fetch, finish, headers, requestTimeoutMs: timeoutMs } = this.#options
    const stop = new AbortController()
    const signal = AbortSignal.any([leading, stop.signal])
    this.#current = { id: row.id, stop }
    this.#setStatus({ state: "uploading", until: null })
    try {
      const onChange = (changed: QueueRow) => this.#channel.tell({ type: "item", item: itemOf(changed) })
      const options = { store: this.#store, endpoint, fetch, finish, headers: headers?.(), timeoutMs, signal, onChange }
      if (await sendItem(row, options)) {
        const item = { ...itemOf(row), sentBytes: row.bytes, state: "done", failure: null } as const
        this.#channel.tell({ type: "item", item })
      }
      this.#failures = 0
    } catch (error) {
      leading.throwIfAborted()
      // Stopped by `pause` or `remove`: no failure.
      if (!stop.signal.aborted) await this.#guard(() => this.#fail(row.id, error))
    } finally {
      this.#current = undefined
    }
  }

  async #fail(id: string, error: unknown): Promise<void> {
    const kind = kindOf(error)
    if (kind === "unauthorized") {
      this.#block = "unauthorized"
      return
    }
    if (kind === "connection") this.#holdAll(error)
    else this.#failures = 0
    const row = (await readRows(this.#store)).find((candidate) => candidate.id === id)
    if (!row || !isPending(row)) return
    const attempts = row.attempts + 1
    const nextAt = kind === "passing" ? this.#clock.now() + this.#delay(attempts, error) : row.nextAt
    const failed = kind === "final" ? { state: "failed" as const } : {}
    await this.#change(row, { ...failed, attempts, nextAt, failure: failureOf(error) })
  }

  /** A store that refuses for now is waited for, as a connection is. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#holdAll(error)
    }
  }

  #holdAll(error: unknown): undefined {
    if (kindOf(error) !== "connection") throw error
    this.#failures++
    this.#heldUntil = this.#clock.now() + this.#delay(this.#failures, error)
    this.#isHeldByServer = error instanceof CaptureError && error.retryAfterMs !== undefined
  }

  #delay(attempts: number, error: unknown): number {
    const { retryAfterMs } = error instanceof CaptureError ? error : {}
    return retryDelay(attempts, { ...this.#options.retry, retryAfterMs }, Math.random())
  }

  async #change(row: QueueRow, change: Partial<QueueRow>): Promise<void> {
    if (await this.#store.update(row.id, change))
      this.#channel.tell({ type: "item", item: itemOf({ ...row, ...change }) })
  }

  #setStatus(status: QueueStatus): void {
    if (status.state === this.#status.state && status.until === this.#status.until) return
    this.#status = status
    this.tellStatus()
  }
}

export async function readRows(store: QueueStore): Promise<readonly QueueRow[]> {
  return (await store.rows()).map(({ id, row }) => readRow(id, row))
}
