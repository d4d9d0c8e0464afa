import type { QueuedMessage } from "./message.ts"
import type { OutboxStore } from "./outbox-store.ts"

interface Waiting {
  readonly messages: readonly QueuedMessage[]
  readonly resolve: (added: number) => void
  readonly reject: (error: unknown) => void
}

const maxBatch = 500

/** Group commit: what is enqueued while a transaction is being written shares the next one. */
export class EnqueueBatcher {
  readonly #store: Pick<OutboxStore, "add">
  readonly #added: () => void
  readonly #waiting: Waiting[] = []
  #isWriting = false

  constructor(store: Pick<OutboxStore, "add">, added: () => void) {
    this.#store = store
    this.#added = added
  }

  async add(messages: readonly QueuedMessage[]): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#waiting.push({ messages, resolve, reject })
    if (!this.#isWriting) void this.#write()
    return await promise
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    // A microtask later, so that one loop of calls is one transaction.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#take()
      try {
        const added = new Set(await this.#store.add(batch.flatMap(({ messages }) => messages)))
        // `delete`: of two callers with one key in one batch, the first added it.
        for (const { messages, resolve } of batch) resolve(messages.filter(({ id }) => added.delete(id)).length)
        this.#added()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isWriting = false
  }

  /** @returns waiting callers, up to a batch of messages, at least one. */
  #take(): readonly Waiting[] {
    let messages = 0
    let count = 0
    for (const waiting of this.#waiting) {
      messages += waiting.messages.length
      if (count > 0 && messages > maxBatch) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }
}
