/** Allows so much a second in the long run, and a burst at once. */
export class TokenBucket {
  readonly #perMs: number
  readonly #capacity: number
  #tokens: number
  #at: number

  constructor(options: { readonly perSecond: number; readonly burst: number; readonly now: number }) {
    this.#perMs = options.perSecond / 1000
    this.#capacity = options.burst
    this.#tokens = options.burst
    this.#at = options.now
  }

  /** Takes `cost` tokens, or none. @returns 0 when taken, else after how many milliseconds it would be. */
  take(cost: number, now: number): number {
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, now - this.#at) * this.#perMs)
    this.#at = now
    if (cost > this.#tokens) return Math.ceil((cost - this.#tokens) / this.#perMs)
    this.#tokens -= cost
    return 0
  }
}
