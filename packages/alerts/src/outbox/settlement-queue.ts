import type { Clock } from "../clock.ts"
import { nextTask } from "./next-task.ts"
import type { Settlement } from "./outbox-store.ts"

interface SettlementQueueOptions {
  readonly settle: (batch: readonly Settlement[]) => Promise<void>
  readonly settled: (batch: readonly Settlement[]) => void
  readonly failed: (error: unknown) => void
  readonly clock: Clock
}

const maxBatch = 500
const firstPauseMs = 50
const longestPauseMs = 5000
const triesWhenStopping = 3

/** Writes outcomes down together: what ended in the same moment shares one transaction. A full disk is waited out. */
export class SettlementQueue {
  readonly #options: SettlementQueueOptions
  readonly #waiting = new Map<string, Settlement>()
  readonly #givenUp = Promise.withResolvers<void>()
  readonly #stopping = new AbortController()
  #isWriting = false
  hasGivenUp = false

  constructor(options: SettlementQueueOptions) {
    this.#options = options
  }

  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  add(settlement: Settlement): void {
    this.#waiting.set(settlement.id, settlement)
    if (this.#isWriting) return
    this.#isWriting = true
    void this.#write()
  }

  async whenGivenUp(): Promise<void> {
    await this.#givenUp.promise
  }

  giveUp(): void {
    this.#stopping.abort()
  }

  async #write(): Promise<void> {
    const { settle, settled, failed, clock } = this.#options
    // Answers that arrive together are written together.
    await nextTask()
    let failures = 0
    while (this.#waiting.size > 0 && !this.hasGivenUp) {
      const batch = [...this.#waiting.values()].slice(0, maxBatch)
      try {
        await settle(batch)
        failures = 0
        for (const { id } of batch) this.#waiting.delete(id)
        settled(batch)
      } catch (error) {
        failures += 1
        failed(error)
        if (this.#stopping.signal.aborted && failures >= triesWhenStopping) {
          this.hasGivenUp = true
          this.#givenUp.resolve()
        }
        await pause(clock, Math.min(longestPauseMs, firstPauseMs * 2 ** failures), this.#stopping.signal)
      }
    }
    this.#isWriting = false
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early: that is all it says here.
  await clock.sleep(ms, signal).catch(() => undefined)
}
