/**
 * Cuts pieces of any size into blocks of one size. A block comes out once it is known not to be the last; `end` gives
 * the last one. Blocks are views where a piece holds them whole, so pieces must stay as they are until their blocks are
 * out. The others lie in arrays that are used again `spare` blocks later.
 */
export class Chunker {
  readonly #size: number
  readonly #spare: number
  readonly #arrays: Uint8Array[] = []
  #turn = 0
  /** A whole block, or the beginning of one in an array that has room for it. */
  #held: Uint8Array = new Uint8Array()
  #filled = 0

  constructor(size: number, spare: number) {
    this.#size = size
    this.#spare = spare
  }

  *push(piece: Uint8Array): Generator<Uint8Array, void> {
    let rest = piece
    while (rest.length > 0) {
      if (this.#filled === this.#size) {
        yield this.#held
        this.#filled = 0
      }
      rest = this.#fill(rest)
    }
  }

  /** The last block: empty when nothing came at all. */
  end(): Uint8Array {
    return this.#held.subarray(0, this.#filled)
  }

  /** Takes from the front of `piece` what the present block wants; gives back what is left. */
  #fill(piece: Uint8Array): Uint8Array {
    if (this.#filled === 0 && piece.length >= this.#size) {
      this.#held = piece.subarray(0, this.#size)
      this.#filled = this.#size
      return piece.subarray(this.#size)
    }
    if (this.#filled === 0) this.#held = this.#array()
    const part = piece.subarray(0, this.#size - this.#filled)
    this.#held.set(part, this.#filled)
    this.#filled += part.length
    return piece.subarray(part.length)
  }

  #array(): Uint8Array {
    const turn = this.#turn++ % this.#spare
    const array = this.#arrays[turn] ?? new Uint8Array(this.#size)
    this.#arrays[turn] = array
    return array
  }
}
