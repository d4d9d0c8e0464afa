import type { ParsedQuery } from "./query.ts"
import type { RecordTable } from "./record-table.ts"
import { LeastKeys } from "./least-keys.ts"
import { postingsOf, type Postings } from "./postings.ts"
import { fieldEnd, fieldMark, isWordStart, partsOf, searchable, type TermParts } from "./vocabulary.ts"

/** Rows that match, as many as were asked for, and how many there are. */
export interface Scan {
  readonly rows: readonly number[]
  readonly total: number
}

/** Weights of the fields of a row, in the order of `RecordTable.text`: falling. */
const weights = [12, 8, 6, 5, 2, 2, 2, 1]

/** What is worked out once for each version of a table: all rows by the moment when they were taken, and by word. */
export interface TableOrder {
  readonly version: number
  /** Rows, oldest first; unknown moments at the end. */
  readonly rows: Uint32Array
  /** Of each row, its place in `rows`. */
  readonly places: Uint32Array
  /** How many of `rows` have a moment. */
  readonly known: number
  /** Made when the first words are looked for. */
  readonly postings: () => Postings
}

/** Sorts the rows that stand, once for each change of the table. */
export function tableOrder(table: RecordTable): TableOrder {
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
  let postings: Postings | undefined
  return { version: table.version, rows, places, known: known.length, postings: () => (postings ??= postingsOf(table)) }
}

/** Finds the rows of one page: filters first, then words, over every row. */
export function scan(table: RecordTable, query: ParsedQuery, order: TableOrder): Scan {
  const keep = filterOf(table, query)
  if (query.terms.length === 0) return walk(table, query, keep, order)
  const keys = new LeastKeys(Math.min(query.offset + query.limit, order.rows.length))
  const terms = query.terms.map((term) => ({ term, ...marksOf(table, term) }))
  const needsText = terms.filter(({ whole }) => !whole)
  const rarest = terms
    .flatMap(({ marks, hasWords }) => marks.map((marks) => ({ marks, hasWords, uses: table.vocabulary.usesOf(marks) })))
    .reduce((a, b) => ((Number(b.hasWords) - Number(a.hasWords) || a.uses - b.uses) > 0 ? b : a))
  const candidates = rarest.hasWords ? order.postings().rowsOf(rarest.marks) : rowsWith(table, rarest.marks)
  for (const row of candidates) visit(row)
  const page = keys.sorted().subarray(query.offset)
  return { rows: Array.from(page, (key) => rowOfKey(key, query.sort, order)), total: keys.total }

  function visit(row: number): void {
    if (!keep(row)) return
    let score = 0
    for (const { marks, whole } of terms) {
      let weight = 0
      for (const marked of marks) {
        weight = weightIn(table, row, marked, query.match)
        if (weight === 0) return
      }
      if (whole) score += weight
    }
    if (needsText.length > 0) {
      const text = searchable(table.text(row)).replaceAll(/\s+/gu, " ")
      for (const { term } of needsText) {
        const weight = weightOfPhrase(text, term, query.match)
        if (weight === 0) return
        score += weight
      }
    }
    keys.add(sortKey(row, score, query.sort, order))
  }
}

/** Without words, the rows come in their order already. */
function walk(table: RecordTable, query: ParsedQuery, keep: (row: number) => boolean, order: TableOrder): Scan {
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
function sortKey(row: number, score: number, sort: ParsedQuery["sort"], order: TableOrder): number {
  if (sort === "added") return row
  const place = order.places[row] ?? 0
  const newestFirst = place < order.known ? order.known - 1 - place : place
  if (sort === "oldest") return place
  return sort === "best" ? (4095 - score) * placeBits + newestFirst : newestFirst
}

function rowOfKey(key: number, sort: ParsedQuery["sort"], order: TableOrder): number {
  if (sort === "added") return key
  const at = sort === "best" ? key % placeBits : key
  const place = sort === "oldest" || at >= order.known ? at : order.known - 1 - at
  return order.rows[place] ?? 0
}

/** A term that is one word, or the words of a phrase, each as the marks of the vocabulary's words that hold it. */
function marksOf(
  table: RecordTable,
  term: string,
): Omit<TermParts, "parts"> & { readonly marks: readonly Uint8Array[] } {
  const { parts, ...rest } = partsOf(term)
  return { marks: parts.map((part) => table.vocabulary.mark(part)), ...rest }
}

/** Rows with a marked number, by reading all of them: for a term without a letter, which is not listed. */
function* rowsWith(table: RecordTable, marks: Uint8Array): Generator<number> {
  const words = table.words.values
  const starts = table.wordsAt.values
  for (let row = 0; row < table.rows; row++) {
    const end = starts[row + 1] ?? 0
    for (let at = starts[row] ?? 0; at < end; at++) {
      if (marks[words[at] ?? 0] === 0) continue
      yield row
      break
    }
  }
}

/** The weight of the best place of a marked word in a row, doubled at the start of a word; 0 where there is none. */
function weightIn(table: RecordTable, row: number, marks: Uint8Array, match: ParsedQuery["match"]): number {
  const words = table.words.values
  const end = table.wordsAt.values[row + 1] ?? 0
  let [field, best] = [0, 0]
  for (let at = table.wordsAt.values[row] ?? 0; at < end; at++) {
    const word = words[at] ?? fieldEnd
    if (word === fieldEnd) field++
    const mark = marks[word] ?? 0
    if (mark === 0 || (mark === 1 && match === "start")) continue
    const weight = (weights[field] ?? 1) * mark
    if (weight > best) best = weight
    // Fields further on weigh no more.
    if (mark === 2) break
  }
  return best
}

/** The same for a phrase, in the text of a row as it is compared. */
function weightOfPhrase(text: string, term: string, match: ParsedQuery["match"]): number {
  let best = 0
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    const starts = isWordStart(text, at)
    if (!starts && match === "start") continue
    const field = text.slice(0, at).split(fieldMark).length - 1
    best = Math.max(best, (weights[field] ?? 1) * (starts ? 2 : 1))
  }
  return best
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
  if (checks.length === 0) return (row) => alive.values[row] === 1
  return (row) => alive.values[row] === 1 && checks.every((check) => check(row))
}
