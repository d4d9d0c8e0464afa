/** A value that changes, and tells whoever follows it. A follower that is slow gets the newest, not every one. */
export class Latest<Value> {
  #value: Value
  #changed: PromiseWithResolvers<void> = Promise.withResolvers()

  constructor(value: Value) {
    this.#value = value
  }

  get value(): Value {
    return this.#value
  }

  set(value: Value): void {
    this.#value = value
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  /** The value now, then each change until the signal aborts. */
  async *follow(signal: AbortSignal): AsyncGenerator<Value, void> {
    const aborted = Promise.withResolvers<void>()
    const stop = () => aborted.resolve()
    signal.addEventListener("abort", stop, { once: true })
    try {
      let told: { readonly value: Value } | undefined
      while (!signal.aborted) {
        const changed = this.#changed.promise
        if (told?.value !== this.#value) {
          told = { value: this.#value }
          yield told.value
        } else await Promise.race([changed, aborted.promise])
      }
    } finally {
      signal.removeEventListener("abort", stop)
    }
  }
}
