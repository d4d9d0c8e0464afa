import { HistoryError } from "./history-error.ts"
import { piecesOf } from "./text-lines.ts"

/** Characters of a cell at most. */
const maxCellLength = 64 << 10
const maxCells = 256

export interface CsvRow {
  /** Of its start, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** One row with its line end (RFC 4180, section 2): CRLF, and quotes around every cell that is not a plain number or word. */
export function formatCsvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => (/^[\w.+:-]*$/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`)).join(",")}\r\n`
}

/**
 * Reads rows of CSV (RFC 4180): quoted cells may hold commas, quotes and line ends. Beyond it, LF alone ends a row, a
 * byte order mark is dropped, and empty lines are skipped.
 * @throws HistoryError `HISTORY_MALFORMED`, `HISTORY_LIMIT_EXCEEDED`
 */
export async function* parseCsvRows(text: string | AsyncIterable<string>): AsyncGenerator<CsvRow, void, undefined> {
  const reader = new CsvReader()
  for await (const piece of piecesOf(text)) yield* reader.read(piece)
  yield* reader.end()
}

class CsvReader {
  #cells: string[] = []
  #cell = ""
  /** `start` of a cell, inside one that is `plain` or `quoted`, after a `quote` in a quoted one, after a carriage `return`. */
  #state: "start" | "plain" | "quoted" | "quote" | "return" = "start"
  #line = 1
  #rowLine = 1
  #begun = false

  #quoted(letter: string): undefined {
    if (letter === '"') this.#state = "quote"
    else this.#append(letter)
  }

  *read(piece: string): Generator<CsvRow> {
    for (const letter of piece) {
      if (!this.#begun) {
        this.#begun = true
        if (letter === "\uFEFF") continue
      }
      const row = this.#state === "quoted" ? this.#quoted(letter) : this.#outside(letter)
      if (letter === "\n") this.#line++
      if (row) yield row
    }
  }

  *end(): Generator<CsvRow> {
    if (this.#state === "quoted") throw this.#malformed("a quote is not closed")
    if (this.#state === "return") throw this.#malformed("a carriage return ends no line")
    const row = this.#endRow()
    if (row) yield row
  }

  #outside(letter: string): CsvRow | undefined {
    if (letter === "\n") return this.#endRow()
    if (this.#state === "return") throw this.#malformed("a carriage return ends no line")
    if (letter === "\r") this.#state = "return"
    else if (letter === ",") this.#endCell()
    else if (letter === '"') {
      if (this.#state === "plain") throw this.#malformed("a quote stands inside a cell without quotes")
      if (this.#state === "quote") this.#append('"')
      this.#state = "quoted"
    } else {
      if (this.#state === "quote") throw this.#malformed("text follows a closing quote")
      this.#state = "plain"
      this.#append(letter)
    }
    return undefined
  }

  #append(letter: string): void {
    this.#cell += letter
    if (this.#cell.length > maxCellLength) throw this.#exceeded("a cell is too long")
  }

  #endCell(): void {
    this.#cells.push(this.#cell)
    this.#cell = ""
    this.#state = "start"
    if (this.#cells.length > maxCells) throw this.#exceeded("too many cells")
  }

  #endRow(): CsvRow | undefined {
    const blank = this.#cells.length === 0 && this.#cell === "" && this.#state !== "quote"
    this.#endCell()
    const row = { line: this.#rowLine, cells: this.#cells }
    this.#cells = []
    this.#rowLine = this.#line + 1
    return blank ? undefined : row
  }

  #malformed(why: string): HistoryError {
    return new HistoryError("HISTORY_MALFORMED", `Cannot import line ${this.#line}: ${why}`, { line: this.#line })
  }

  #exceeded(why: string): HistoryError {
    return new HistoryError("HISTORY_LIMIT_EXCEEDED", `Cannot import line ${this.#line}: ${why}`, { line: this.#line })
  }
}
