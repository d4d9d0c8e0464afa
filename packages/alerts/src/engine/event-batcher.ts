import type { Observed } from "./alert-session.ts"
import type { AlertEvent } from "./event.ts"

interface Waiting {
  readonly event: AlertEvent
  readonly resolve: (observed: readonly Observed[]) => void
  readonly reject: (error: unknown) => void
}

const maxBatch = 250

/** Group commit: events that come while a transaction is being written share the next one, in their order. */
export class EventBatcher {
  readonly #observe: (events: readonly AlertEvent[]) => Promise<readonly (readonly Observed[])[]>
  readonly #waiting: Waiting[] = []
  #isWriting = false

  constructor(observe: (events: readonly AlertEvent[]) => Promise<readonly (readonly Observed[])[]>) {
    this.#observe = observe
  }

  async observe(event: AlertEvent): Promise<readonly Observed[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Observed[]>()
    this.#waiting.push({ event, resolve, reject })
    if (!this.#isWriting) void this.#write()
    return await promise
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, maxBatch)
      try {
        const observed = await this.#observe(batch.map(({ event }) => event))
        for (const [index, { resolve }] of batch.entries()) resolve(observed[index] ?? [])
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isWriting = false
  }
}
