import { toBase64Url } from "@darkslide/crypto"
import { systemClock, type Clock } from "../clock.ts"
import type { ChannelHealth } from "./channel-health.ts"
import { ChannelWorker } from "./channel-worker.ts"
import type { Deliver, OutboxChannel, OutboxEvent } from "./deliver.ts"
import { EnqueueBatcher } from "./enqueue-batcher.ts"
import { toQueued, type NewMessage } from "./message.ts"
import type { EntryQuery, OutboxEntry, OutboxStore } from "./outbox-store.ts"
import { runChannel } from "./run-channel.ts"

export interface OutboxOptions {
  readonly store: OutboxStore
  /** By name. A bare function gets the default limits. */
  readonly channels: Readonly<Record<string, Deliver | OutboxChannel>>
  readonly clock?: Clock | undefined
  /**
   * How long a message stays with a worker that gives no sign of life, in milliseconds: after a crash, that is when it is
   * sent again. A living worker renews its leases three times as often. Default: 30,000.
   */
  readonly leaseMs?: number | undefined
  /** How often a worker looks for messages that another process added, in milliseconds. Default: 1,000. */
  readonly pollMs?: number | undefined
  /** How long the log keeps sent and expired messages (their payload is gone at once). Default: 30 days. */
  readonly keepSentMs?: number | undefined
  /** How long dead messages wait for a replay. Default: 90 days. */
  readonly keepDeadMs?: number | undefined
  /** For logs and metrics. Must not throw. */
  readonly report?: ((event: OutboxEvent) => void) | undefined
}

/**
 * Messages that are delivered at least once, whatever is killed: accepted means on disk. Receivers make a second arrival
 * harmless by its key. Several processes may work on one database.
 */
export interface Outbox {
  /**
   * Returns once all are on disk, or rejects and none is. With `store`, one over your own open transaction: then they are
   * there if that commits.
   * @returns how many were new: a key that the channel and destination already had is not sent again.
   * @throws AlertsError with `ALERTS_STORE_BUSY` or `ALERTS_STORE_FULL`.
   */
  enqueue(
    messages: NewMessage | readonly NewMessage[],
    options?: { readonly store?: Pick<OutboxStore, "add"> | undefined },
  ): Promise<number>
  /** Delivers until the signal aborts; then lets go of what is under way and resolves. */
  run(options: { readonly signal: AbortSignal }): Promise<void>
  /** Makes one attempt of everything that is due now, and resolves when each is settled. */
  deliverDue(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** Looks for messages at once, without waiting for the next poll: after a commit of your own transaction. */
  wake(): void
  /** The delivery log, newest first. Destinations stand in it as they are: see {@link redactDestination}. */
  entries(query?: Partial<EntryQuery>): Promise<readonly OutboxEntry[]>
  /** Sends dead messages again. @returns how many there were. */
  replay(ids: readonly string[]): Promise<number>
  /** Removes what is past its time in the log. `run` does it every hour. */
  clean(): Promise<void>
  health(): Readonly<Record<string, ChannelHealth>>
}

const dayMs = 86_400_000

/**
 * @example
 * ```ts
 * import { memoryStore } from "@darkslide/alerts"
 * const sent: string[] = []
 * const outbox = createOutbox({
 *   store: memoryStore(),
 *   channels: { log: async ({ payload }) => void sent.push(new TextDecoder().decode(payload)) },
 * })
 * await outbox.enqueue({ channel: "log", destination: "me", payload: new TextEncoder().encode("hello") })
 * await outbox.deliverDue()
 * assert.deepEqual(sent, ["hello"])
 * ```
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock = systemClock, leaseMs = 30_000, pollMs = 1000, report = () => undefined } = options
  const { keepSentMs = 30 * dayMs, keepDeadMs = 90 * dayMs } = options
  const owner = toBase64Url(crypto.getRandomValues(new Uint8Array(12)))
  const workers = new Map(
    Object.entries(options.channels).map(([name, given]) => {
      const channel = typeof given === "function" ? { deliver: given } : given
      return [name, new ChannelWorker({ name, channel, store, clock, owner, leaseMs, report })]
    }),
  )
  let wakeUp = Promise.withResolvers<void>()
  const wake = (): void => {
    wakeUp.resolve()
    wakeUp = Promise.withResolvers<void>()
  }
  const batcher = new EnqueueBatcher(store, wake)
  const clean = async (): Promise<void> => {
    const now = clock.now()
    await store.removeBefore("sent", now - keepSentMs)
    await store.removeBefore("expired", now - keepSentMs)
    await store.removeBefore("dead", now - keepDeadMs)
  }
  return {
    async enqueue(messages, { store: within } = {}) {
      const list = Array.isArray(messages) ? (messages as readonly NewMessage[]) : [messages as NewMessage]
      const queued = list.map((message) => {
        if (!workers.has(message.channel)) throw new RangeError(`Cannot enqueue: no channel "${message.channel}"`)
        return toQueued(message, clock.now())
      })
      if (queued.length === 0) return 0
      return within === undefined ? await batcher.add(queued) : (await within.add(queued)).length
    },
    async run({ signal }) {
      await Promise.all(
        [...workers].map(async ([name, worker]) => {
          const shared = { name, worker, store, clock, leaseMs, pollMs, report, signal }
          await runChannel({ ...shared, clean, woken: () => wakeUp.promise })
        }),
      )
    },
    async deliverDue({ signal = new AbortController().signal } = {}) {
      await Promise.all(
        [...workers.values()].map(async (worker) => {
          for (;;) {
            const claimed = signal.aborted ? 0 : await worker.claim(signal)
            if (claimed === 0 && worker.isIdle) break
            // A slot that is freed is filled again, while the others are still under way.
            if (claimed === 0 || worker.isFull) await worker.whenFreed()
          }
        }),
      )
      signal.throwIfAborted()
    },
    wake,
    entries: async ({ limit = 100, ...query } = {}) => await store.list({ ...query, limit }),
    async replay(ids) {
      const count = await store.replay(ids, clock.now())
      wake()
      return count
    },
    clean,
    health: () => Object.fromEntries([...workers].map(([name, { health }]) => [name, health])),
  }
}
