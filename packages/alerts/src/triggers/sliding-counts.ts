/** How often something happened within a window that ends now, for many names, in bounded memory. */
export class SlidingCounts {
  readonly #windowMs: number
  readonly #threshold: number
  readonly #maxNames: number
  readonly #names = new Map<string, Count>()

  /** Only the last `threshold` times are kept for a name, and only the `maxNames` names that were counted last. */
  constructor(options: { readonly windowMs: number; readonly threshold: number; readonly maxNames: number }) {
    this.#windowMs = options.windowMs
    this.#threshold = options.threshold
    this.#maxNames = options.maxNames
  }

  /** Counts once. @returns whether the threshold is reached, for the first time within a window. */
  add(name: string, now: number): boolean {
    const known = this.#names.get(name)
    const times = [...(known?.times ?? []).filter((time) => now - time < this.#windowMs), now].slice(-this.#threshold)
    const isReached = times.length >= this.#threshold
    const wasTold = known?.toldAt !== undefined && now - known.toldAt < this.#windowMs
    const toldAt = isReached && !wasTold ? now : known?.toldAt
    // Re-inserted: the map's order is that of the last time.
    this.#names.delete(name)
    this.#names.set(name, { times, toldAt })
    const [oldest] = this.#names.keys()
    if (this.#names.size > this.#maxNames && oldest !== undefined) this.#names.delete(oldest)
    return isReached && !wasTold
  }

  /** How often within the window, up to the threshold. */
  count(name: string, now: number): number {
    return (this.#names.get(name)?.times ?? []).filter((time) => now - time < this.#windowMs).length
  }

  get size(): number {
    return this.#names.size
  }
}

interface Count {
  readonly times: readonly number[]
  readonly toldAt: number | undefined
}
