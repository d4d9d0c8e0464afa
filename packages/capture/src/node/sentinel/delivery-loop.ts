import { setTimeout as sleep } from "node:timers/promises"
import { CaptureError } from "../../errors.ts"
import type { Delivery } from "./deliver.ts"
import type { DiskQueue } from "./disk-queue.ts"
import type { Log } from "./log.ts"

const firstWaitMs = 1000
const longestWaitMs = 300_000

/** Nor does a server's own wish keep it away for longer. */
const longestAskedMs = 3_600_000

/** Problems that pass when the owner makes room or lets the device in: the item stays first. */
const waitsForOwner = new Set([
  "QUOTA_EXCEEDED",
  "DISK_FULL",
  "TOO_MANY_UPLOADS",
  "DEVICE_REFUSED",
  "NOT_SIGNED_IN",
  "SCOPE_REFUSED",
])

/** Delivers what waits, oldest first, for as long as the sentinel runs. */
export class DeliveryLoop {
  readonly #queue: DiskQueue
  readonly #delivery: Delivery
  readonly #log: Log
  #news = Promise.withResolvers<void>()

  constructor(queue: DiskQueue, delivery: Delivery, log: Log) {
    this.#queue = queue
    this.#delivery = delivery
    this.#log = log
  }

  /** There is something new to deliver. */
  wake(): void {
    this.#news.resolve()
  }

  /** Runs until the signal aborts; with `untilEmpty`, until nothing waits. */
  async run(signal: AbortSignal, options: { untilEmpty?: boolean } = {}): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
    let failures = 0
    while (!signal.aborted) {
      this.#news = Promise.withResolvers()
      const [seq] = await this.#queue.waiting()
      if (seq === undefined) {
        if (options.untilEmpty) return
        await Promise.race([this.#news.promise, aborted])
        continue
      }
      const wait = await this.#tryOne(seq, failures, signal)
      failures = wait === undefined ? 0 : failures + 1
      if (wait !== undefined) await Promise.race([pause(wait, signal), aborted])
    }
  }

  /** One try at each item, in order, until one fails. @throws what it failed with */
  async once(signal: AbortSignal): Promise<void> {
    for (const seq of await this.#queue.waiting()) {
      await this.#delivery.deliver(seq, signal)
      this.#log("delivered", { seq })
    }
  }

  /** @returns how long to wait before the next try, in milliseconds; `undefined` when there is nothing to wait for. */
  async #tryOne(seq: number, failures: number, signal: AbortSignal): Promise<number | undefined> {
    try {
      await this.#delivery.deliver(seq, signal)
      this.#log("delivered", { seq })
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      if (!(error instanceof CaptureError)) throw error
      const { code, message, status, problem, retryAfterMs: asked } = error
      if (
        code === "CAPTURE_UPLOAD_REJECTED" &&
        !(problem !== undefined && waitsForOwner.has(problem)) &&
        status !== 401
      ) {
        this.#log("refused", { seq, message, status, problem })
        await this.#queue.setAside(seq)
        return undefined
      }
      // Full jitter: many devices that lost the same server do not come back at the same moment.
      const jitter = Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** failures)
      const wait = asked === undefined ? jitter : Math.min(asked, longestAskedMs)
      this.#log("waiting", { seq, message, problem, retryInMs: Math.round(wait) })
      return wait
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    // Stopped while waiting: the loop sees it.
    if (!signal.aborted) throw error
  }
}
