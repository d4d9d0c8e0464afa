/** Frames between a socket, which pushes, and a reader, who takes them one by one. */
export class FrameQueue implements AsyncIterableIterator<string> {
  readonly #frames: string[] = []
  #waiting: ((result: IteratorResult<string>) => void) | undefined
  #isEnded = false

  push(frame: string): void {
    if (this.#isEnded) return
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting({ value: frame, done: false })
    else this.#frames.push(frame)
  }

  /** What was pushed before is still read. */
  end(): void {
    this.#isEnded = true
    this.#waiting?.({ value: undefined, done: true })
    this.#waiting = undefined
  }

  async next(): Promise<IteratorResult<string>> {
    const frame = this.#frames.shift()
    if (frame !== undefined) return { value: frame, done: false }
    if (this.#isEnded) return { value: undefined, done: true }
    return await new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
