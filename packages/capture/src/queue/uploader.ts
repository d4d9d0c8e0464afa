import type { CaptureError } from "../errors.ts"
import { systemClock } from "../clock.ts"
import { nextStep } from "./next-step.ts"
import type { QueueChannel, QueueStatus } from "./queue-channel.ts"
import { isPending, itemOf, readRow, type QueueRow } from "./queue-item.ts"
import type { UploadQueueOptions } from "./queue-options.ts"
import type { QueueStore } from "./queue-store.ts"
import { failureOf, kindOf, retryDelay } from "./retry-plan.ts"
import { interrupted } from "../upload/send-request.ts"
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

/** However long there is nothing to do: a device that slept, and its timers with it, looks at the time again. */
const longestSleepMs = 3_600_000

export function newUploader(options: Omit<UploadQueueOptions<never>, "seal">, channel: QueueChannel): Uploader {
  const { store, clock = systemClock } = options
  let block: "paused" | "unauthorized" | undefined
  /** Failures of the connection in a row, and until when they hold everything. */
  let failures = 0
  let heldUntil = 0
  let isHeldByServer = false
  let poked = Promise.withResolvers<void>()
  let current: { readonly id: string; readonly stop: AbortController } | undefined
  /** Undefined while another tab leads. */
  let status: QueueStatus | undefined

  const poke = (): void => {
    poked.resolve()
    poked = Promise.withResolvers()
  }
  const report = (): void => {
    if (status) channel.tell({ type: "status", status })
  }
  const setStatus = (state: QueueStatus["state"], until: number | null = null): QueueStatus => {
    const isNew = state !== status?.state || until !== status.until
    status = { state, until }
    if (isNew) report()
    return status
  }
  const tell = (row: QueueRow): void => channel.tell({ type: "item", item: itemOf(row) })
  const change = async (row: QueueRow, fields: Partial<QueueRow>): Promise<void> => {
    if (await store.update(row.id, fields)) tell({ ...row, ...fields })
  }
  const delay = (attempts: number, { retryAfterMs }: Partial<CaptureError>): number =>
    clock.now() + retryDelay(attempts, { ...options.retry, retryAfterMs }, Math.random())

  /** Nothing is sent for a while. A store that refuses for now is waited for, as a connection is. */
  const holdAll = (error: unknown): undefined => {
    if (kindOf(error) !== "connection") throw error
    heldUntil = delay(++failures, error as CaptureError)
    isHeldByServer = (error as CaptureError).retryAfterMs !== undefined
  }

  const fail = async (id: string, error: unknown): Promise<void> => {
    const kind = kindOf(error)
    if (kind === "unauthorized") return void (block = kind)
    if (kind === "connection") holdAll(error)
    else failures = 0
    const row = await findRow(store, id)
    if (!row || !isPending(row)) return
    const attempts = row.attempts + 1
    await change(row, {
      state: kind === "final" ? "failed" : row.state,
      nextAt: kind === "passing" ? delay(attempts, error as CaptureError) : row.nextAt,
      attempts,
      failure: failureOf(error),
    })
  }

  const send = async (row: QueueRow, leading: AbortSignal): Promise<void> => {
    const stop = new AbortController()
    const signal = AbortSignal.any([leading, stop.signal])
    current = { id: row.id, stop }
    setStatus("uploading")
    try {
      await sendItem(row, { ...options, headers: options.headers?.(), signal, onChange: tell })
      channel.tell({ type: "item", item: { ...itemOf(row), sentBytes: row.bytes, state: "done", failure: null } })
      failures = 0
    } catch (error) {
      // Stopped by `pause` or `remove`, or by the end of all: no failure.
      if (!signal.aborted) await fail(row.id, error)
    } finally {
      current = undefined
    }
  }

  /** Does what is due, or sets the status to what there is to wait for, and returns it. */
  const step = async (signal: AbortSignal): Promise<QueueStatus | undefined> => {
    if (block) return setStatus(block)
    const next = nextStep(await readRows(store), clock.now(), heldUntil)
    if (next.step === "wait" && next.until === Infinity) return setStatus("idle")
    if (next.step === "expire") await change(next.row, { state: "expired" })
    // Node does not say.
    else if ((navigator as Partial<Navigator>).onLine === false) return setStatus("offline")
    else if (next.step === "wait") return setStatus("waiting", next.until)
    else await send(next.row, signal)
    return undefined
  }

  const lead: Uploader["lead"] = async (signal, until) => {
    while (!signal.aborted) {
      // Taken before the store is read: what happens from here on ends the wait below.
      const { promise } = poked
      const pause = await step(signal).catch((error: unknown) => {
        signal.throwIfAborted()
        return holdAll(error)
      })
      if (!pause) continue
      if (until === "once") {
        if (/offline|waiting/.test(pause.state)) throw interrupted("items remain")
        return
      }
      const over = new AbortController()
      const ms = Math.min(longestSleepMs, (pause.until ?? Infinity) - clock.now())
      await Promise.race([promise, clock.sleep(ms, AbortSignal.any([signal, over.signal]))])
      over.abort()
    }
    signal.throwIfAborted()
  }

  return {
    lead: (signal, until) => lead(signal, until).finally(() => (status = undefined)),
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

export async function findRow(store: QueueStore, id: string): Promise<QueueRow | undefined> {
  return (await readRows(store)).find((row) => row.id === id)
}

export async function readRows(store: QueueStore): Promise<readonly QueueRow[]> {
  return (await store.rows()).map(({ id, row }) => readRow(id, row))
}
