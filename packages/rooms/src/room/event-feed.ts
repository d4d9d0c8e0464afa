const maxQueued = 1000

/** Hands events to any number of readers, each with a queue of its own: of more than 1,000 the oldest are left out. */
export class EventFeed<Event extends { readonly type: string }> {
  readonly #lastType: Event["type"]
  readonly #readers = new Set<(event: Event) => void>()
  #last: Event | undefined

  /** @param lastType - The type of the event after which none comes. */
  constructor(lastType: Event["type"]) {
    this.#lastType = lastType
  }

  emit(event: Event): void {
    if (this.#last) return
    if (event.type === this.#lastType) this.#last = event
    for (const reader of [...this.#readers]) reader(event)
  }

  /** Events from this call on; ends after the last, or with the signal. Read it to its end, or return from it. */
  read(signal?: AbortSignal): AsyncGenerator<Event, void> {
    const reader = new Reader<Event>(this.#lastType, this.#last)
    this.#readers.add(reader.push)
    return reader.drain(signal, () => this.#readers.delete(reader.push))
  }
}

class Reader<Event extends { readonly type: string }> {
  readonly #lastType: Event["type"]
  readonly #queue: Event[]
  #wake = (): void => {}

  constructor(lastType: Event["type"], first: Event | undefined) {
    this.#lastType = lastType
    this.#queue = first ? [first] : []
  }

  readonly push = (event: Event): void => {
    this.#queue.push(event)
    if (this.#queue.length > maxQueued) this.#queue.shift()
    this.#wake()
  }

  async *drain(signal: AbortSignal | undefined, onEnd: () => void): AsyncGenerator<Event, void> {
    const onAbort = (): void => this.#wake()
    signal?.addEventListener("abort", onAbort)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const event = this.#queue.shift()
        if (event) {
          yield event
          if (event.type === this.#lastType) return
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
      }
    } finally {
      signal?.removeEventListener("abort", onAbort)
      onEnd()
    }
  }
}
