import { randomBytes, toBase64Url } from "@darkslide/crypto"
import type { Clip, Recording, RecordOptions, Segment } from "./recorder.ts"

/** The page's side of one recording: what comes of it, handed to whoever waits. */
export class RunningRecording implements Recording {
  readonly id: string = toBase64Url(randomBytes(16))
  readonly done: Promise<Clip>
  readonly segments: AsyncIterable<Segment>
  /** When it was asked for, in milliseconds since 1970. */
  readonly triggeredAt: number = performance.timeOrigin + performance.now()
  readonly #result = Promise.withResolvers<Clip>()
  readonly #handlers: { readonly stop: () => void; readonly discard: () => void }
  readonly #segments: ReadableStream<Segment>
  #controller: ReadableStreamDefaultController<Segment> | undefined
  #isOver = false

  constructor(options: RecordOptions, handlers: { readonly stop: () => void; readonly discard: () => void }) {
    this.#handlers = handlers
    this.#segments = new ReadableStream({ start: (controller) => (this.#controller = controller) })
    this.segments = { [Symbol.asyncIterator]: () => this.#read() }
    this.done = this.#result.promise
    // Nobody has to look at `done`: who reads segments is told there.
    this.done.catch(() => undefined)
    const { signal } = options
    const abort = () => this.giveUp(signal?.reason)
    signal?.addEventListener("abort", abort, { once: true })
    void this.done.catch(() => undefined).then(() => signal?.removeEventListener("abort", abort))
  }

  async stop(): Promise<Clip> {
    if (!this.#isOver) this.#handlers.stop()
    return await this.done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.giveUp(new DOMException("The recording was given up", "AbortError"))
  }

  /** Throws away what there is. Nothing happens once it is over. */
  giveUp(reason: unknown): void {
    if (this.#isOver) return
    this.#handlers.discard()
    this.fail(reason)
  }

  hand(segment: Segment): void {
    if (!this.#isOver) this.#controller?.enqueue(segment)
  }

  finish(clip: Clip): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#controller?.close()
    this.#result.resolve(clip)
  }

  fail(reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#controller?.error(reason)
    this.#result.reject(reason)
  }

  /** Not every browser iterates streams. */
  async *#read(): AsyncGenerator<Segment, void> {
    const reader = this.#segments.getReader()
    try {
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return
        yield value
      }
    } finally {
      reader.releaseLock()
    }
  }
}
