import { Column, Names } from "./columns.ts"
import { HistoryError } from "./history-error.ts"
import { parseStoredRecord, type HistoryRecord } from "./record.ts"

/** Lines of one segment and what is searched of them. Rows are numbered through all chunks. */
export interface Chunk {
  readonly firstRow: number
  readonly rows: number
  /** JSON Lines, UTF-8. */
  readonly body: Uint8Array
  /** Where the line of each row starts in `body`. */
  readonly lines: Uint32Array
  /** The searchable text of all rows, in lower case, see {@link haystackOf}. */
  readonly haystack: string
  /** Where the text of each row starts in `haystack`, and where the last ends. */
  readonly texts: Uint32Array
}

/** Ends the text of a row; no word holds it. */
const rowEnd = "\0"

/**
 * All rows as columns: numbers in typed arrays, text in one string for each chunk, and the lines as bytes, from which a
 * page of records is decoded.
 */
export class RecordTable {
  chunks: Chunk[] = []
  /** Rows that were ever added; some are dead. */
  rows = 0
  /** Records that stand. */
  size = 0
  /** Grows with every change. */
  version = 0
  /** Milliseconds since 1970 as the camera's clock showed them; NaN when unknown. */
  readonly local: Column<Float64Array> = new Column((length) => new Float64Array(length))
  /** East of UTC; 0 when unknown. */
  readonly offsetMinutes: Column<Int16Array> = new Column((length) => new Int16Array(length))
  /** Degrees; NaN when unknown. */
  readonly latitude: Column<Float64Array> = new Column((length) => new Float64Array(length))
  readonly longitude: Column<Float64Array> = new Column((length) => new Float64Array(length))
  readonly camera: Column<Uint32Array> = new Column((length) => new Uint32Array(length))
  readonly room: Column<Uint32Array> = new Column((length) => new Uint32Array(length))
  /** Number of the set of flags. */
  readonly flags: Column<Uint32Array> = new Column((length) => new Uint32Array(length))
  /** 1 where the row stands. */
  readonly alive: Column<Uint8Array> = new Column((length) => new Uint8Array(length))
  readonly cameras: Names = new Names()
  readonly rooms: Names = new Names()
  /** Sets of flags, each sorted and joined by spaces. */
  readonly flagSets: Names = new Names()
  readonly #rowOf = new Map<string, number>()

  /** Applies lines in order: a record takes the place of one with its id, a removal takes it away. */
  add(body: Uint8Array): void {
    if (body.length === 0) return
    const firstRow = this.rows
    const lines: number[] = []
    const texts: number[] = []
    const haystack: string[] = []
    let [at, length] = [0, 0]
    for (const value of valuesIn(body)) {
      if (typeof value.removed === "string") this.#remove(value.removed)
      else {
        const text = haystackOf(value)
        lines.push(at)
        texts.push(length)
        length += text.length
        haystack.push(text)
        this.#addRow(value)
      }
      at = body.indexOf(0x0a, at) + 1
    }
    texts.push(length)
    this.version++
    if (lines.length === 0) return
    this.chunks.push({
      firstRow,
      rows: lines.length,
      body,
      lines: Uint32Array.from(lines),
      haystack: haystack.join(""),
      texts: Uint32Array.from(texts),
    })
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id)
  }

  /** The line of a row as it was stored, with its line feed. */
  line(row: number): Uint8Array {
    const chunk = this.#chunkOf(row)
    const start = chunk.lines[row - chunk.firstRow] ?? 0
    return chunk.body.subarray(start, chunk.body.indexOf(0x0a, start) + 1)
  }

  /** @throws HistoryError `HISTORY_MALFORMED` when what was stored is no record. */
  record(row: number): HistoryRecord {
    const parsed = parseStoredRecord(JSON.parse(new TextDecoder().decode(this.line(row))))
    if (!parsed.ok) throw new HistoryError("HISTORY_MALFORMED", `Cannot read record: ${parsed.why}`)
    return parsed.record
  }

  /** Lines of all that stands, oldest first. */
  *standingLines(): Generator<Uint8Array> {
    for (let row = 0; row < this.rows; row++) if (this.alive.values[row] === 1) yield this.line(row)
  }

  #addRow(value: StoredFacts): void {
    const id = value.id ?? ""
    this.#remove(id)
    const row = this.rows++
    this.#rowOf.set(id, row)
    this.size++
    this.alive.set(row, 1)
    this.local.set(row, localMs(value.taken?.local))
    this.offsetMinutes.set(row, minutesOf(value.taken?.offset))
    this.latitude.set(row, value.place?.latitude ?? Number.NaN)
    this.longitude.set(row, value.place?.longitude ?? Number.NaN)
    this.camera.set(row, this.cameras.numberOf(value.camera))
    this.room.set(row, this.rooms.numberOf(value.room))
    this.flags.set(row, this.flagSets.numberOf(value.flags?.toSorted().join(" ")))
  }

  #remove(id: string): void {
    const row = this.#rowOf.get(id)
    if (row === undefined) return
    this.#rowOf.delete(id)
    this.alive.set(row, 0)
    this.size--
  }

  #chunkOf(row: number): Chunk {
    let [low, high] = [0, this.chunks.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.chunks[middle]?.firstRow ?? 0) <= row) low = middle
      else high = middle - 1
    }
    const chunk = this.chunks[low]
    if (!chunk || row >= chunk.firstRow + chunk.rows) throw new RangeError("Cannot read record: no such row")
    return chunk
  }
}

/** A line as it was stored: a removal, or a record that was checked before it was sealed. */
interface StoredFacts extends Partial<HistoryRecord> {
  readonly removed?: unknown
}

/** @throws HistoryError `HISTORY_MALFORMED` */
function valuesIn(body: Uint8Array): readonly StoredFacts[] {
  try {
    // A line feed within JSON is whitespace, and none stands inside a line.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(0, -1))
    const values = JSON.parse(`[${text.replaceAll("\n", ",")}]`) as unknown[]
    if (values.length === lineCount(body) && values.every(isStored)) return values
  } catch (cause) {
    throw new HistoryError("HISTORY_MALFORMED", "Cannot read segment: its lines are not JSON", { cause })
  }
  throw new HistoryError("HISTORY_MALFORMED", "Cannot read segment: a line is neither a record nor a removal")
}

function lineCount(body: Uint8Array): number {
  let count = 0
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) count++
  return count
}

function isStored(value: unknown): value is StoredFacts {
  if (typeof value !== "object" || value === null) return false
  if ("removed" in value) return typeof value.removed === "string"
  return (
    "id" in value &&
    typeof value.id === "string" &&
    (!("keywords" in value) || Array.isArray(value.keywords)) &&
    (!("flags" in value) || Array.isArray(value.flags))
  )
}

/** The searchable fields, each on a line of its own, the weightiest first. */
function haystackOf({ title, keywords, place, camera, fileName, lens, room, description }: StoredFacts): string {
  const text = `${title ?? ""}\n${keywords?.join(" ") ?? ""}\n${place?.name ?? ""}\n${camera ?? ""}\n${fileName ?? ""} ${
    lens ?? ""
  } ${room ?? ""}\n`
  return searchable(text) + (description === undefined ? "" : searchable(description.replaceAll(/\s+/gu, " "))) + rowEnd
}

/** Text as it is compared: composed, in lower case, the same in every language. */
export function searchable(text: string): string {
  return text.normalize("NFC").toLowerCase().replaceAll(rowEnd, " ")
}

/** @returns NaN for none. */
export function localMs(local: string | undefined): number {
  if (local === undefined) return Number.NaN
  // A leap second is the one before, for Date knows none.
  const seconds = local.slice(17, 19) === "60" ? "59" : local.slice(17, 19)
  return Date.parse(`${local.slice(0, 17)}${seconds}${local.slice(19, 23)}Z`)
}

function minutesOf(offset: string | undefined): number {
  if (offset === undefined || offset === "Z") return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return offset.startsWith("-") ? -minutes : minutes
}
