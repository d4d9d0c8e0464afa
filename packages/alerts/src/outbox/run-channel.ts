import type { Clock } from "../clock.ts"
import type { ChannelWorker } from "./channel-worker.ts"
import type { OutboxEvent } from "./deliver.ts"
import type { OutboxStore } from "./outbox-store.ts"

interface RunOptions {
  readonly name: string
  readonly worker: ChannelWorker
  readonly store: OutboxStore
  readonly clock: Clock
  readonly leaseMs: number
  readonly pollMs: number
  readonly report: (event: OutboxEvent) => void
  readonly signal: AbortSignal
  readonly clean: () => Promise<void>
  /** Resolves when somebody enqueued. */
  readonly woken: () => Promise<void>
}

const cleanEveryMs = 3_600_000
const storePauseMs = 500
/** Clocks of several machines on one database differ by less. */
const toleranceMs = 60_000

/** One channel until the signal aborts: claims whenever there is a free slot, keeps its leases, mends the clock. */
export async function runChannel(options: RunOptions): Promise<void> {
  const { worker, signal } = options
  const over = new AbortController()
  const leases = keepLeases(options, over.signal)
  const stop = (): void => worker.giveUpSettling()
  signal.addEventListener("abort", stop, { once: true })
  let cleanedAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    try {
      if (Math.abs(options.clock.now() - cleanedAt) >= cleanEveryMs) {
        // Noted first: a database that cannot clean can often still deliver.
        cleanedAt = options.clock.now()
        await options.store.mendClock(options.clock.now(), toleranceMs)
        await options.clean()
      }
      const woken = options.woken()
      const claimed = await worker.claim(signal)
      if (claimed === 0) await waitForWork(options, woken)
    } catch (error) {
      options.report({ type: "store-failed", channel: options.name, error })
      await sleep(options, storePauseMs, signal)
    }
  }
  await worker.finish()
  over.abort()
  await leases
  signal.removeEventListener("abort", stop)
}

/** Until a slot is freed, something was enqueued, something is due, or a poll later. */
async function waitForWork(options: RunOptions, woken: Promise<void>): Promise<void> {
  const { worker, store, clock, name, pollMs, signal } = options
  const enough = new AbortController()
  const waits = [sleepUntilDue(), worker.whenFreed(), worker.isFull ? undefined : woken]
  await Promise.race(waits.filter((wait) => wait !== undefined)).finally(() => enough.abort())

  async function sleepUntilDue(): Promise<void> {
    const due = worker.isFull ? undefined : await store.nextDue(name)
    const ms = due === undefined ? pollMs : Math.min(pollMs, Math.max(1, due - clock.now()))
    await sleep(options, ms, AbortSignal.any([signal, enough.signal]))
  }
}

async function keepLeases(options: RunOptions, over: AbortSignal): Promise<void> {
  const { worker, leaseMs, report, name, clock, store } = options
  let expected = clock.now() + leaseMs / 3
  while (!over.aborted) {
    await sleep(options, leaseMs / 3, over)
    try {
      await worker.keepLeases()
      // Behind where it must be by now: the clock was set back, and what it put off would wait that much longer.
      if (clock.now() < expected - toleranceMs) await store.mendClock(clock.now(), toleranceMs)
    } catch (error) {
      report({ type: "store-failed", channel: name, error })
    }
    expected = clock.now() + leaseMs / 3
  }
}

async function sleep({ clock }: RunOptions, ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the sleep early: that is all it says here.
  await clock.sleep(ms, signal).catch(() => undefined)
}
