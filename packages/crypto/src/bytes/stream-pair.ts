/** Both ends of a transformation, as `pipeThrough` takes them. */
export interface StreamPair {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>
  readonly writable: WritableStream<Uint8Array>
}

/**
 * Makes a stream pair of an async generator. The readable end is pulled: every chunk that the generator yielded is read
 * before its error shows, which a TransformStream does not promise (an error there throws away what is queued).
 */
export function streamPair(
  transform: (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
): StreamPair {
  const input = new HandOver()
  const output = transform(input)
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const next = await output.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel(reason) {
        input.leave(reason)
        await output.return()
      },
    },
    { highWaterMark: 0 },
  )
  return { readable, writable: input.writable }
}

/** A writable stream whose chunks are iterated: a write is done once its chunk was taken. Holds one chunk. */
class HandOver implements AsyncIterableIterator<Uint8Array> {
  readonly writable: WritableStream<Uint8Array>
  #controller: WritableStreamDefaultController | undefined
  #offered: { readonly chunk: Uint8Array; readonly taken: PromiseWithResolvers<void> } | undefined
  #waiting: PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined
  #end: { readonly error?: unknown; readonly failed: boolean } | undefined

  constructor() {
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      write: (chunk) => this.#put(chunk),
      close: () => this.#finish({ failed: false }),
      abort: (error: unknown) => this.#finish({ failed: true, error }),
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#offered) {
      const { chunk, taken } = this.#offered
      this.#offered = undefined
      taken.resolve()
      return { done: false, value: chunk }
    }
    if (this.#end) return this.#ended(this.#end)
    this.#waiting = Promise.withResolvers()
    return await this.#waiting.promise
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.leave(new DOMException("The reader left", "AbortError"))
    return { done: true, value: undefined }
  }

  /** Tells the writer that nobody reads any more. */
  leave(reason: unknown): void {
    if (!this.#end) this.#controller?.error(reason)
    this.#finish({ failed: false })
    this.#offered?.taken.resolve()
    this.#offered = undefined
  }

  #put(chunk: Uint8Array): void | Promise<void> {
    if (this.#waiting) {
      this.#waiting.resolve({ done: false, value: chunk })
      this.#waiting = undefined
      return undefined
    }
    const taken = Promise.withResolvers<void>()
    this.#offered = { chunk, taken }
    return taken.promise
  }

  #finish(end: { readonly error?: unknown; readonly failed: boolean }): void {
    this.#end ??= end
    const waiting = this.#waiting
    this.#waiting = undefined
    if (!waiting) return
    if (this.#end.failed) waiting.reject(this.#end.error)
    else waiting.resolve({ done: true, value: undefined })
  }

  #ended(end: { readonly error?: unknown; readonly failed: boolean }): IteratorResult<Uint8Array, undefined> {
    if (end.failed) throw end.error
    return { done: true, value: undefined }
  }
}
