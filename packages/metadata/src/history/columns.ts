/** One number for each row, in an array that grows. */
export class Column<A extends Float64Array | Uint32Array | Uint16Array | Int16Array | Uint8Array> {
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

  /** Makes room for so many rows, and for half as many again. */
  reserve(rows: number): void {
    if (rows <= this.values.length) return
    const grown = this.#make(Math.max(rows, Math.ceil(this.values.length * 1.5)))
    grown.set(this.values)
    this.values = grown
  }

  /** Gives back the room beyond so many rows, but for a little. */
  trim(rows: number): void {
    const length = Math.max(1024, Math.ceil(rows * 1.03))
    if (length >= this.values.length) return
    const fitting = this.#make(length)
    fitting.set(this.values.subarray(0, length))
    this.values = fitting
  }
}

/** Numbers that mostly fit into 16 bits: they take 32 from the first that does not. */
export class WideningColumn {
  #column: Column<Uint16Array> | Column<Uint32Array> = new Column((length) => new Uint16Array(length))

  get values(): Uint16Array | Uint32Array {
    return this.#column.values
  }

  /** Sets the numbers of neighbouring rows. */
  setAll(row: number, numbers: readonly number[]): void {
    if (this.#column.values instanceof Uint16Array && numbers.some((number) => number > 0xffff)) {
      const wide = new Column((length) => new Uint32Array(length))
      wide.reserve(this.#column.values.length)
      wide.values.set(this.#column.values)
      this.#column = wide
    }
    this.#column.reserve(row + numbers.length)
    this.#column.values.set(numbers, row)
  }

  trim(rows: number): void {
    this.#column.trim(rows)
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
