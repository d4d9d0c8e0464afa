/** How long a measurement counts, in milliseconds: clocks that drift are followed. */
const windowMs = 10_000

/**
 * Where a device's clock stands, by when what it stamped arrived. What arrives soonest after it was made says it best, so
 * the least distance counts, of the last 10 to 20 seconds.
 */
export class SoundClock {
  #least = Infinity
  #leastBefore = Infinity
  #since = -Infinity

  /** @param at - When it arrived, in milliseconds since 1970. */
  tell(timestampUs: number, at: number): void {
    if (at - this.#since > windowMs) {
      this.#leastBefore = this.#least
      this.#least = Infinity
      this.#since = at
    }
    this.#least = Math.min(this.#least, at * 1000 - timestampUs)
  }

  /** Microseconds since 1970 when the clock stood at 0; `undefined` before anything arrived. */
  get startUs(): number | undefined {
    const start = Math.min(this.#least, this.#leastBefore)
    return start === Infinity ? undefined : start
  }
}
