import { CaptureError } from "../errors.ts"
import { systemClock } from "./clock.ts"
import { isPending, nextStep } from "./next-step.ts"
import type { QueueChannel, QueueStatus } from "./queue-channel.ts"
import { itemOf, readRow, type QueueRow } from "./queue-item.ts"
import type { UploadQueueOptions } from "./queue-options.ts"
import type { QueueStore } from "./queue-store.ts"
import { failureOf, kindOf, retryDelay } from "./retry-plan.ts"
import { sendItem } from "./send-item.ts"

/** Sends item after item. Only whoever holds the queue's lock lets it `lead`. */
export interface Uploader {
  /**
   * @param until - `always`: waits for more until the signal aborts. `once`: until nothing is due.
   * @throws CaptureError `CAPTURE_UPLOAD_INTERRUPTED` when `once` leaves items behind; the signal's reason.
   */
  lead(signal: AbortSignal, until: "always" | "once"): Promise<void>
  /** Something changed: looks again. */
  poke(): void
  pause(): void
  resume(): void
  /** Ends a wait that only a failed connection imposed. What the server asked for stands. */
  reconnect(): void
  /** Stops sending an item that was removed. */
  drop(id: string): void
  /** Changes a stored item, where it still is, and tells it. */
  change(row: QueueRow, fields: Partial<QueueRow>): Promise<void>
  /** Tells the status, where this is the one that leads. */
  report(): void
}

interface Pause extends QueueStatus {
  /** Whether items are left that could be sent later. */
  readonly remain: boolean
}

export function newUploader(options: Omit<UploadQueueOptions<never>, "seal">, channel: QueueChannel): Uploader {
  const { store, clock = systemClock } = options
  let isLeading = false
  let block: "paused" | "unauthorized" | undefined
  /** Failures of the connection in a row, and until when they hold everything. */
  let failures = 0
  let heldUntil = 0
  let isHeldByServer = false
  let poked = Promise.withResolvers<void>()
  let current: { readonly id: string; readonly stop: AbortController } | undefined
  let status: QueueStatus = { state: "idle", until: null }

  const poke = (): void => {
    poked.resolve()
    poked = Promise.withResolvers()
  }
  const report = (): void => {
    if (isLeading) channel.tell({ type: "status", status })
  }
  const setStatus = (next: QueueStatus): void => {
    if (next.state === status.state && next.until === status.until) return
    status = next
    report()
  }
  const change = async (row: QueueRow, fields: Partial<QueueRow>): Promise<void> => {
    if (await store.update(row.id, fields)) channel.tell({ type: "item", item: itemOf({ ...row, ...fields }) })
  }
  const delay = (attempts: number, error: unknown): number => {
    const { retryAfterMs } = error as Partial<CaptureError>
    return clock.now() + retryDelay(attempts, { ...options.retry, retryAfterMs }, Math.random())
  }

  /** Nothing is sent for a while. A store that refuses for now is waited for, as a connection is. */
  const holdAll = (error: unknown): undefined => {
    if (kindOf(error) !== "connection") throw error
    heldUntil = delay(++failures, error)
    isHeldByServer = (error as CaptureError).retryAfterMs !== undefined
  }

  const fail = async (id: string, error: unknown): Promise<void> => {
    const kind = kindOf(error)
    if (kind === "unauthorized") {
      block = kind
      return
    }
    if (kind === "connection") holdAll(error)
    else failures = 0
    const row = (await readRows(store)).find((candidate) => candidate.id === id)
    if (!row || !isPending(row)) return
    const attempts = row.attempts + 1
    await change(row, {
      state: kind === "final" ? "failed" : row.state,
      nextAt: kind === "passing" ? delay(attempts, error) : row.nextAt,
      attempts,
      failure: failureOf(error),
    })
  }

  const send = async (row: QueueRow, leading: AbortSignal): Promise<void> => {
    const stop = new AbortController()
    const signal = AbortSignal.any([leading, stop.signal])
    current = { id: row.id, stop }
    setStatus({ state: "uploading", until: null })
    try {
      const onChange = (changed: QueueRow) => channel.tell({ type: "item", item: itemOf(changed) })
      if (await sendItem(row, { ...options, headers: options.headers?.(), signal, onChange }))
        channel.tell({ type: "item", item: { ...itemOf(row), sentBytes: row.bytes, state: "done", failure: null } })
      failures = 0
    } catch (error) {
      // Stopped by `pause` or `remove`, or by the end of all: no failure.
      if (!signal.aborted) await fail(row.id, error)
    } finally {
      current = undefined
    }
  }

  /** Does what is due, or says what there is to wait for. */
  const step = async (signal: AbortSignal): Promise<Pause | undefined> => {
    if (block) return { state: block, until: null, remain: false }
    const next = nextStep(await readRows(store), clock.now(), heldUntil)
    if (next.step === "wait" && next.until === Infinity) return { state: "idle", until: null, remain: false }
    if (next.step === "expire") await change(next.row, { state: "expired" })
    // Node does not say.
    else if ((navigator as Partial<Navigator>).onLine === false) return { state: "offline", until: null, remain: true }
    else if (next.step === "wait") return { state: "waiting", until: next.until, remain: true }
    else await send(next.row, signal)
    return undefined
  }

  const lead = async (signal: AbortSignal, until: "always" | "once"): Promise<void> => {
    while (!signal.aborted) {
      // Taken before the store is read: what happens from here on ends the wait below.
      const { promise } = poked
      const pause = await step(signal).catch((error: unknown) => {
        signal.throwIfAborted()
        return holdAll(error)
      })
      if (!pause) continue
      const { state, until: end, remain } = pause
      setStatus({ state, until: end })
      if (until === "once" && remain)
        throw new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "Cannot upload: items remain")
      if (until === "once") return
      const over = new AbortController()
      const ms = Math.max(0, (end ?? Infinity) - clock.now())
      await Promise.race([promise, clock.sleep(ms, AbortSignal.any([signal, over.signal]))])
      over.abort()
    }
    signal.throwIfAborted()
  }

  return {
    async lead(signal, until) {
      isLeading = true
      await lead(signal, until).finally(() => (isLeading = false))
    },
    poke,
    report,
    change,
    pause() {
      block = "paused"
      current?.stop.abort()
      poke()
    },
    resume() {
      block = undefined
      heldUntil = 0
      poke()
    },
    reconnect() {
      if (!isHeldByServer) heldUntil = 0
      poke()
    },
    drop(id) {
      if (current?.id === id) current.stop.abort()
    },
  }
}

export async function readRows(store: QueueStore): Promise<readonly QueueRow[]> {
  return (await store.rows()).map(({ id, row }) => readRow(id, row))
}
