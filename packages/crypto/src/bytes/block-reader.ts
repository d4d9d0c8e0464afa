/** Reads blocks of chosen sizes from pieces of any size. Holds no more than one block and one piece. */
export class BlockReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #piece: Uint8Array = new Uint8Array()

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]()
  }

  /** Resolves to `size` bytes, or to fewer when the source ended; a fresh array, or part of a piece as it came. */
  async read(size: number): Promise<Uint8Array> {
    if (this.#piece.length >= size) return this.#take(size)
    const block = new Uint8Array(size)
    let length = 0
    while (length < size) {
      if (this.#piece.length === 0 && !(await this.#advance())) break
      const part = this.#take(Math.min(size - length, this.#piece.length))
      block.set(part, length)
      length += part.length
    }
    return block.subarray(0, length)
  }

  /** Puts bytes back in front of what was not read yet. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const joined = new Uint8Array(bytes.length + this.#piece.length)
    joined.set(bytes)
    joined.set(this.#piece, bytes.length)
    this.#piece = joined
  }

  /** Resolves to the next piece, of whatever size it comes, or to `undefined` at the end. */
  async readPiece(): Promise<Uint8Array | undefined> {
    if (this.#piece.length === 0 && !(await this.#advance())) return undefined
    return this.#take(this.#piece.length)
  }

  /** What is left, as pieces. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const piece = await this.readPiece()
        if (!piece) return
        yield piece
      }
    } finally {
      await this.close()
    }
  }

  /** Tells the source that nothing more will be read. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }

  #take(size: number): Uint8Array {
    const part = this.#piece.subarray(0, size)
    this.#piece = this.#piece.subarray(size)
    return part
  }

  async #advance(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next()
      if (next.done) return false
      this.#piece = next.value
    }
    return true
  }
}
