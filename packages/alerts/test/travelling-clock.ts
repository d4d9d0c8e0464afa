import type { Clock } from "../src/clock.ts"

/** A clock that stands still until somebody moves it; then whoever slept past that time wakes. */
export class TravellingClock implements Clock {
  #now: number
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()

  constructor(start: string | number = "2026-03-01T12:00:00Z") {
    this.#now = typeof start === "string" ? Date.parse(start) : start
  }

  now(): number {
    return this.#now
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sleeper = { until: this.#now + ms, wake: resolve }
    const stop = (): void => reject(signal?.reason)
    this.#sleepers.add(sleeper)
    signal?.addEventListener("abort", stop)
    await promise.finally(() => {
      this.#sleepers.delete(sleeper)
      signal?.removeEventListener("abort", stop)
    })
  }

  /** Resolves when somebody sleeps. */
  async untilAsleep(): Promise<void> {
    while (this.#sleepers.size === 0) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** Backwards too. */
  travel(ms: number): void {
    this.travelTo(this.#now + ms)
  }

  travelTo(time: number): void {
    this.#now = time
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > time) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
}
