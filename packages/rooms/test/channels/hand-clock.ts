import type { Clock } from "../../src/clock.ts"

/** A clock that goes on when it is told to. */
export class HandClock implements Clock {
  #now = Date.UTC(2026, 10, 21)
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()

  readonly now = (): number => this.#now

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const sleeper = { until: this.#now + ms, wake: resolve }
      this.#sleepers.add(sleeper)
      signal.addEventListener(
        "abort",
        () => {
          this.#sleepers.delete(sleeper)
          reject(signal.reason as Error)
        },
        { once: true },
      )
    })
  }

  advance(ms: number): void {
    this.#now += ms
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
}
