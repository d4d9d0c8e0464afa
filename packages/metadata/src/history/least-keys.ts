/** Room for so many keys beside those that are kept: sorting is rare then, and its array stays in the cache. */
const spare = 1024

/** Of any number of sort keys the least, as many as are wanted: a page is sorted, and not all that matches. */
export class LeastKeys {
  /** How many were added. */
  total = 0
  readonly #wanted: number
  readonly #keys: Float64Array
  #length = 0
  /** What is greater is not among the least. */
  #limit = Infinity

  constructor(wanted: number) {
    this.#wanted = wanted
    this.#keys = new Float64Array(wanted + spare)
  }

  add(key: number): void {
    this.total++
    if (key > this.#limit) return
    this.#keys[this.#length++] = key
    if (this.#length === this.#keys.length) this.#cut()
  }

  /** In ascending order. */
  sorted(): Float64Array {
    this.#cut()
    return this.#keys.subarray(0, this.#length)
  }

  #cut(): void {
    this.#keys.subarray(0, this.#length).sort()
    this.#length = Math.min(this.#length, this.#wanted)
    if (this.#length === this.#wanted && this.#wanted > 0) this.#limit = this.#keys[this.#wanted - 1] ?? Infinity
  }
}
