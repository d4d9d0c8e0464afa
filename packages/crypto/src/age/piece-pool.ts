import { allocateUnfilled } from "../bytes/allocate.ts"

/**
 * At work on the next batch, being filled, given out, and given out before: what is given out stays as it is until the
 * one after the next is asked for.
 */
const piecesInUse = 4

/** Arrays for the output of a stream: fresh ones, which whoever gets them keeps; or the same few in turn. */
export class PiecePool {
  readonly #size: number
  readonly #reuse: boolean
  readonly #pieces: Uint8Array<ArrayBuffer>[] = []
  #turn = 0

  constructor(size: number, reuse: boolean) {
    this.#size = size
    this.#reuse = reuse
  }

  take(): Uint8Array<ArrayBuffer> {
    if (!this.#reuse) return allocateUnfilled(this.#size)
    const turn = this.#turn++ % piecesInUse
    const piece = this.#pieces[turn] ?? allocateUnfilled(this.#size)
    this.#pieces[turn] = piece
    return piece
  }
}
