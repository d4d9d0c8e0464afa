const maxQueued = 1000

/** Hands events to any number of readers, each with a queue of its own: of more than 1,000 the oldest are left out. */
export class EventFeed<Event extends { readonly type: string }> {
  readonly #readers = new Set<(event: Event) => void>()
  #closed: Event | undefined

  emit(event: Event): void {
    if (this.#closed) return
    if (event.type === "closed") this.#closed = event
    for (const reader of [...this.#readers]) reader(event)
  }

  /** Events from this call on; ends after `closed`, or with the signal. Read it to its end, or return from it. */
  read(signal?: AbortSignal): AsyncGenerator<Event, void> {
    const reader = new Reader<Event>(this.#closed)
    this.#readers.add(reader.push)
    return reader.drain(signal, () => this.#readers.delete(reader.push))
  }
}

class Reader<Event extends { readonly type: string }> {
  readonly #queue: Event[]
  #wake = (): void => {}

  constructor(first: Event | undefined) {
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
          if (event.type === "closed") return
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
