/** How far behind the newest counter a frame may be: with audio and video of one sender some seconds. */
const size = 1024
const wordBits = 32

/** Which of one key's counters came already. What came twice, or is older than 1,024 counters, is refused. */
export class ReplayWindow {
  #newest = -1
  /** A ring of bits, by the counter modulo the window's size. */
  readonly #seen = new Uint32Array(size / wordBits)

  /** Notes a counter below 2^53. @returns whether it is a fresh one. */
  take(counter: number): boolean {
    if (counter <= this.#newest - size) return false
    if (counter > this.#newest) {
      const first = Math.max(this.#newest + 1, counter - size + 1)
      for (let passed = first; passed <= counter; passed++) this.#mark(passed, false)
      this.#newest = counter
    } else if (this.#has(counter)) return false
    this.#mark(counter, true)
    return true
  }

  #has(counter: number): boolean {
    return (((this.#seen[wordOf(counter)] ?? 0) >>> (counter % wordBits)) & 1) === 1
  }

  #mark(counter: number, isSeen: boolean): void {
    const bit = 1 << (counter % wordBits)
    const word = wordOf(counter)
    this.#seen[word] = isSeen ? (this.#seen[word] ?? 0) | bit : (this.#seen[word] ?? 0) & ~bit
  }
}

function wordOf(counter: number): number {
  return Math.floor((counter % size) / wordBits)
}
