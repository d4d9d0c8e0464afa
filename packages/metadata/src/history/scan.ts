import type { ParsedQuery } from "./query.ts"
import type { Chunk, RecordTable } from "./record-table.ts"

/** Rows that match, as many as were asked for, and how many there are. */
export interface Scan {
  readonly rows: readonly number[]
  readonly total: number
}

/** Weights of the fields of a haystack, in their order. */
const weights = [12, 8, 6, 5, 2, 1]
const lastWeight = 1

/** All rows by the moment when they were taken, of one version of a table. */
export interface TimeOrder {
  readonly version: number
  /** Rows, oldest first; unknown moments at the end. */
  readonly rows: Uint32Array
  /** Of each row, its place in `rows`. */
  readonly places: Uint32Array
  /** How many of `rows` have a moment. */
  readonly known: number
}

/** Sorts the rows that stand, once for each change of the table. */
export function timeOrder(table: RecordTable): TimeOrder {
  const moments = new Float64Array(table.rows)
  for (let row = 0; row < table.rows; row++)
    moments[row] = (table.local.values[row] ?? Number.NaN) - (table.offsetMinutes.values[row] ?? 0) * 60_000
  const standing: number[] = []
  const unknown: number[] = []
  for (let row = 0; row < table.rows; row++)
    if (table.alive.values[row] === 1) (Number.isNaN(moments[row]) ? unknown : standing).push(row)
  const known = Uint32Array.from(standing).toSorted((a, b) => (moments[a] ?? 0) - (moments[b] ?? 0) || a - b)
  const rows = new Uint32Array(known.length + unknown.length)
  rows.set(known)
  rows.set(unknown, known.length)
  const places = new Uint32Array(table.rows)
  for (let place = 0; place < rows.length; place++) places[rows[place] ?? 0] = place
  return { version: table.version, rows, places, known: known.length }
}

/** Finds the rows of one page: filters first, then words, over every row. */
export function scan(table: RecordTable, query: ParsedQuery, order: TimeOrder): Scan {
  const keep = filterOf(table, query)
  if (query.terms.length === 0) return walk(table, query, keep, order)
  const ranked = query.sort === "best"
  const keys = new KeyList()
  const add = (row: number, score: number): void => keys.add(sortKey(row, score, query.sort, order))
  for (const chunk of table.chunks) scanChunk(chunk, query, keep, ranked, add)
  const sorted = keys.sorted()
  const page = sorted.subarray(query.offset, query.offset + query.limit)
  return { rows: Array.from(page, (key) => rowOfKey(key, query.sort, order)), total: sorted.length }
}

/** Without words, the rows come in their order already. */
function walk(table: RecordTable, query: ParsedQuery, keep: (row: number) => boolean, order: TimeOrder): Scan {
  const rows: number[] = []
  let total = 0
  const take = (row: number): void => {
    if (!keep(row)) return
    if (total >= query.offset && rows.length < query.limit) rows.push(row)
    total++
  }
  if (query.sort === "added") for (let row = 0; row < table.rows; row++) take(row)
  else if (query.sort === "oldest") for (const row of order.rows) take(row)
  else {
    for (let place = order.known - 1; place >= 0; place--) take(order.rows[place] ?? 0)
    for (let place = order.known; place < order.rows.length; place++) take(order.rows[place] ?? 0)
  }
  return { rows, total }
}

const placeBits = 2 ** 32

/** One number that sorts as `sort` says, and from which the row can be told. */
function sortKey(row: number, score: number, sort: ParsedQuery["sort"], order: TimeOrder): number {
  if (sort === "added") return row
  const place = order.places[row] ?? 0
  const newestFirst = place < order.known ? order.known - 1 - place : place
  if (sort === "oldest") return place
  return sort === "best" ? (4095 - score) * placeBits + newestFirst : newestFirst
}

function rowOfKey(key: number, sort: ParsedQuery["sort"], order: TimeOrder): number {
  if (sort === "added") return key
  const at = sort === "best" ? key % placeBits : key
  const place = sort === "oldest" || at >= order.known ? at : order.known - 1 - at
  return order.rows[place] ?? 0
}

function scanChunk(
  chunk: Chunk,
  query: ParsedQuery,
  keep: (row: number) => boolean,
  ranked: boolean,
  add: (row: number, score: number) => void,
): void {
  const { haystack, texts, firstRow } = chunk
  const [rarest = "", ...others] = query.terms
  let index = 0
  let at = haystack.indexOf(rarest)
  while (at >= 0) {
    while ((texts[index + 1] ?? Infinity) <= at) index++
    const end = texts[index + 1] ?? haystack.length
    if (keep(firstRow + index)) {
      const text = haystack.slice(texts[index], end)
      if (query.match === "part" && !ranked) {
        if (others.every((term) => text.includes(term))) add(firstRow + index, 0)
      } else {
        const score = scoreOf(text, query)
        if (score >= 0) add(firstRow + index, score)
      }
    }
    at = haystack.indexOf(rarest, end)
  }
}

/** The weight of the best place of each word, doubled at the start of a word; -1 unless all occur. At most 32 · 24. */
function scoreOf(text: string, { terms, match }: ParsedQuery): number {
  let score = 0
  for (const term of terms) {
    let best = 0
    // The first few places tell enough: fields stand in the order of their weight.
    for (let at = text.indexOf(term), seen = 0; at >= 0 && seen < 8; at = text.indexOf(term, at + 1), seen++) {
      const starts = isWordStart(text, at)
      if (match === "start" && !starts) {
        seen--
        continue
      }
      const weight = weightAt(text, at) * (starts ? 2 : 1)
      if (weight > best) best = weight
      if (starts) break
    }
    if (best === 0) return -1
    score += best
  }
  return score
}

function weightAt(text: string, at: number): number {
  let field = 0
  for (let end = text.indexOf("\n"); end >= 0 && end < at; end = text.indexOf("\n", end + 1)) field++
  return weights[field] ?? lastWeight
}

const wordLetter = /[\p{L}\p{N}\p{M}]/u

function isWordStart(text: string, at: number): boolean {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  if (before < 0x80) return !((before >= 0x61 && before <= 0x7a) || (before >= 0x30 && before <= 0x39))
  const letter = before >= 0xdc00 && before <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.charAt(at - 1)
  return !wordLetter.test(letter)
}

/** Whether a row stands and passes everything but the words. */
function filterOf(table: RecordTable, { filters, from, to }: ParsedQuery): (row: number) => boolean {
  const { alive, local, latitude, longitude, camera, room, flags } = table
  const checks: ((row: number) => boolean)[] = []
  if (from !== -Infinity || to !== Infinity)
    checks.push((row) => {
      const ms = local.values[row] ?? Number.NaN
      return ms >= from && ms < to
    })
  if (filters.within) {
    const { south, west, north, east } = filters.within
    checks.push((row) => {
      const [lat, lon] = [latitude.values[row] ?? Number.NaN, longitude.values[row] ?? Number.NaN]
      return lat >= south && lat <= north && (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east)
    })
  }
  if (filters.hasPlace !== undefined)
    checks.push((row) => Number.isNaN(latitude.values[row] ?? Number.NaN) !== filters.hasPlace)
  if (filters.cameras) {
    const wanted = table.cameras.select((name) => filters.cameras?.includes(name) ?? true)
    checks.push((row) => wanted[camera.values[row] ?? 0] ?? false)
  }
  if (filters.rooms) {
    const wanted = table.rooms.select((name) => filters.rooms?.includes(name) ?? true)
    checks.push((row) => wanted[room.values[row] ?? 0] ?? false)
  }
  const { all = [], none = [] } = filters.flags ?? {}
  if (all.length + none.length > 0) {
    const passes = (set: readonly string[]): boolean =>
      all.every((flag) => set.includes(flag)) && !none.some((flag) => set.includes(flag))
    const wanted = table.flagSets.select((name) => passes(name.split(" "))).with(0, passes([]))
    checks.push((row) => wanted[flags.values[row] ?? 0] ?? false)
  }
  return (row) => alive.values[row] === 1 && checks.every((check) => check(row))
}

/** Sort keys, in an array that grows. */
class KeyList {
  #keys = new Float64Array(1024)
  #length = 0

  add(key: number): void {
    if (this.#length === this.#keys.length) {
      const grown = new Float64Array(this.#length * 2)
      grown.set(this.#keys)
      this.#keys = grown
    }
    this.#keys[this.#length++] = key
  }

  sorted(): Float64Array {
    return this.#keys.subarray(0, this.#length).toSorted()
  }
}
