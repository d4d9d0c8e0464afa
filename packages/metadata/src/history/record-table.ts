import { Column, Names, WideningColumn } from "./columns.ts"
import { HistoryError } from "./history-error.ts"
import { parseStoredRecord, type HistoryRecord } from "./record.ts"
import { readLines, type StoredRecord } from "./stored-lines.ts"
import { fieldEnd, itemEnd, Vocabulary } from "./vocabulary.ts"

/** The searchable fields in the order in which their words stand, the weightiest first. */
const textFields = ["title", "keywords", "placeName", "camera", "fileName", "lens", "room", "description"] as const
type TextField = (typeof textFields)[number]
/** Whose values many records share: each is one word. */
const shared: readonly TextField[] = ["camera", "lens", "room"]

/**
 * All rows as columns: numbers in typed arrays, text as numbers of words, and what is left of a record as JSON. From these
 * a page of records is made again as it was stored.
 */
export class RecordTable {
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
  /** Words of all rows, one row after the other, each field with its end. */
  readonly words: WideningColumn = new WideningColumn()
  /** Where the words of a row start; one more entry than rows. */
  readonly wordsAt: Column<Uint32Array> = new Column((length) => new Uint32Array(length))
  readonly vocabulary: Vocabulary = new Vocabulary()
  readonly cameras: Names = new Names()
  readonly rooms: Names = new Names()
  /** Sets of flags, each sorted and joined by spaces. */
  readonly flagSets: Names = new Names()
  readonly #rowOf = new Map<string, number>()
  readonly #ids: string[] = []
  /** What has no column, as JSON. */
  readonly #rest: Column<Uint8Array> = new Column((length) => new Uint8Array(length))
  readonly #restAt: Column<Uint32Array> = new Column((length) => new Uint32Array(length))
  readonly #utf8 = new TextEncoder()
  readonly #decoder = new TextDecoder()

  /**
   * Applies lines (JSON Lines, UTF-8) in order: a record takes the place of one with its id, a removal takes it away.
   * @throws HistoryError `HISTORY_MALFORMED`; then nothing was applied.
   */
  add(body: Uint8Array): void {
    for (const line of readLines(body)) {
      if ("removed" in line) this.#remove(line.removed)
      else this.#addRow(line)
    }
    this.version++
  }

  /** Gives back memory that was reserved for more rows; to be called after many were added. */
  trim(): void {
    for (const column of [this.local, this.offsetMinutes, this.latitude, this.longitude]) column.trim(this.rows)
    for (const column of [this.camera, this.room, this.flags, this.alive]) column.trim(this.rows)
    this.words.trim(this.wordsAt.values[this.rows] ?? 0)
    this.#rest.trim(this.#restAt.values[this.rows] ?? 0)
    for (const column of [this.wordsAt, this.#restAt]) column.trim(this.rows + 1)
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id)
  }

  /** @throws HistoryError `HISTORY_MALFORMED` when what was stored is no record. */
  record(row: number): HistoryRecord {
    const parsed = parseStoredRecord(this.#stored(row))
    if (!parsed.ok) throw new HistoryError("HISTORY_MALFORMED", `Cannot read record: ${parsed.why}`)
    return parsed.record
  }

  /** The searchable text of a row, `fieldMark` behind each field. */
  text(row: number): string {
    const { values } = this.wordsAt
    return this.vocabulary.decode(this.words.values, values[row] ?? 0, values[row + 1] ?? 0)
  }

  /** Lines of all that stands, oldest first, with fields that are not known here. */
  *standingLines(): Generator<Uint8Array> {
    for (let row = 0; row < this.rows; row++)
      if (this.alive.values[row] === 1) yield this.#utf8.encode(`${JSON.stringify(this.#stored(row))}\n`)
  }

  #addRow(record: StoredRecord): void {
    const { id, taken, place, camera, room, flags, title, keywords, description, fileName, lens, ...others } = record
    this.#remove(id)
    const row = this.rows++
    this.#rowOf.set(id, row)
    this.#ids.push(id)
    this.size++
    this.alive.set(row, 1)
    this.local.set(row, localMs(taken?.local))
    this.offsetMinutes.set(row, minutesOf(taken?.offset))
    this.latitude.set(row, place?.latitude ?? Number.NaN)
    this.longitude.set(row, place?.longitude ?? Number.NaN)
    this.camera.set(row, this.cameras.numberOf(camera))
    this.room.set(row, this.rooms.numberOf(room))
    this.flags.set(row, this.flagSets.numberOf(flags?.toSorted().join(" ")))
    this.#addWords(row, { title, keywords, placeName: place?.name, camera, fileName, lens, room, description })
    const { latitude: _, longitude: __, name: ___, ...placeRest } = place ?? {}
    const rest = { ...others, taken, flags, ...(Object.keys(placeRest).length > 0 ? { place: placeRest } : {}) }
    this.#addRest(row, JSON.stringify(rest))
  }

  #addWords(row: number, texts: Readonly<Record<TextField, string | readonly string[] | undefined>>): void {
    const numbers: number[] = []
    for (const field of textFields) {
      const text = texts[field]
      if (typeof text === "string" && shared.includes(field)) this.vocabulary.encodeWhole(text, numbers)
      else if (typeof text === "string") this.vocabulary.encode(text, numbers)
      else
        for (const item of text ?? []) {
          this.vocabulary.encode(item, numbers)
          numbers.push(itemEnd)
        }
      numbers.push(fieldEnd)
    }
    const at = this.wordsAt.values[row] ?? 0
    this.words.setAll(at, numbers)
    this.wordsAt.set(row + 1, at + numbers.length)
  }

  #addRest(row: number, json: string): void {
    const at = this.#restAt.values[row] ?? 0
    this.#rest.reserve(at + json.length * 3)
    const { written } = this.#utf8.encodeInto(json, this.#rest.values.subarray(at))
    this.#restAt.set(row + 1, at + written)
  }

  /** The record as it was stored. */
  #stored(row: number): object {
    const at = this.#restAt.values
    const json = this.#decoder.decode(this.#rest.values.subarray(at[row], at[row + 1]))
    const rest = JSON.parse(json) as { readonly place?: object }
    const { placeName, ...texts } = this.#texts(row)
    const [latitude, longitude] = [this.latitude.values[row] ?? Number.NaN, this.longitude.values[row] ?? Number.NaN]
    const name = placeName === undefined ? {} : { name: placeName }
    const place = Number.isNaN(latitude) ? {} : { place: { latitude, longitude, ...rest.place, ...name } }
    return { id: this.#ids[row], ...rest, ...place, ...texts }
  }

  #texts(row: number): Partial<Record<TextField, string | readonly string[]>> {
    const texts: Partial<Record<TextField, string | readonly string[]>> = {}
    const { values } = this.words
    let at = this.wordsAt.values[row] ?? 0
    for (const field of textFields) {
      const end = values.indexOf(fieldEnd, at)
      if (end > at && field !== "keywords") texts[field] = this.vocabulary.decode(values, at, end)
      else if (end > at) {
        const items: string[] = []
        for (let from = at; from < end;) {
          const itemStops = values.indexOf(itemEnd, from)
          items.push(this.vocabulary.decode(values, from, itemStops))
          from = itemStops + 1
        }
        texts[field] = items
      }
      at = end + 1
    }
    return texts
  }

  #remove(id: string): void {
    const row = this.#rowOf.get(id)
    if (row === undefined) return
    this.#rowOf.delete(id)
    this.alive.set(row, 0)
    this.size--
  }
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
