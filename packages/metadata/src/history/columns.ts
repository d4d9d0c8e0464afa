/** One number for each row, in an array that grows. */
export class Column<A extends Float64Array | Uint32Array | Int16Array | Uint8Array> {
  values: A
  readonly #make: (length: number) => A

  constructor(make: (length: number) => A) {
    this.#make = make
    this.values = make(1024)
  }

  set(row: number, value: number): void {
    if (row >= this.values.length) this.reserve(row + 1)
    this.values[row] = value
  }

  /** Makes room for so many rows, and an eighth more. */
  reserve(rows: number): void {
    if (rows <= this.values.length) return
    const grown = this.#make(Math.max(rows, Math.ceil(this.values.length * 1.125)))
    grown.set(this.values)
    this.values = grown
  }
}

/** Words that many rows share, by number; 0 is none. */
export class Names {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = [""]

  /** Of a name, which gets one if it has none. */
  numberOf(name: string | undefined): number {
    if (name === undefined) return 0
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  nameOf(number: number): string {
    return this.#names[number] ?? ""
  }

  /** For each number, whether its name is wanted. */
  select(wanted: (name: string) => boolean): readonly boolean[] {
    return this.#names.map((name, number) => number > 0 && wanted(name))
  }
}
