import { localMs } from "./record-table.ts"
import { searchable } from "./vocabulary.ts"

/** What to look for; all of it must hold. */
export interface HistoryQuery {
  /**
   * Words, all of which occur somewhere in title, keywords, place, camera, file name, lens, room or description. Case
   * does not matter; `"in quotes"` is one phrase.
   */
  readonly words?: string | undefined
  /** `part` (default): a word may occur inside another. `start`: another word begins with it. */
  readonly match?: "part" | "start" | undefined
  /** By the camera's own clock, `from` included, `to` not: `2024`, `2024-05`, `2024-05-06` or `2024-05-06T07:08:09`. */
  readonly taken?: { readonly from?: string | undefined; readonly to?: string | undefined } | undefined
  /** Degrees, borders included. Where west is greater than east, the box lies across the 180th meridian. */
  readonly within?:
    | { readonly south: number; readonly west: number; readonly north: number; readonly east: number }
    | undefined
  readonly hasPlace?: boolean | undefined
  /** One of these, as written in the records. */
  readonly cameras?: readonly string[] | undefined
  readonly rooms?: readonly string[] | undefined
  /** Every one of `all`, and none of `none`. */
  readonly flags?:
    | { readonly all?: readonly string[] | undefined; readonly none?: readonly string[] | undefined }
    | undefined
  /**
   * `best`: the heaviest field (title, keywords, place, camera, then the rest), the start of a word before its middle,
   * then the newest; the default where there are words. `newest` (else the default) and `oldest` go by the moment it was
   * taken, unknown ones last. `added` is the order in which the records came.
   */
  readonly sort?: "best" | "newest" | "oldest" | "added" | undefined
  /** How many of the first records to leave out; 0 by default. */
  readonly offset?: number | undefined
  /** How many to give, 0 to 1,000; 50 by default. */
  readonly limit?: number | undefined
}

/** A query, checked. */
export interface ParsedQuery {
  readonly terms: readonly string[]
  readonly match: "part" | "start"
  /** In milliseconds as of `RecordTable.local`. */
  readonly from: number
  readonly to: number
  readonly sort: "best" | "newest" | "oldest" | "added"
  readonly offset: number
  readonly limit: number
  readonly filters: HistoryQuery
}

const maxTerms = 32

/** @throws RangeError for a date, box, offset or limit that is none, or more than 32 words. */
export function parseQuery(query: HistoryQuery): ParsedQuery {
  const { offset = 0, limit = 50, within, taken } = query
  if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError("Cannot search: offset is no count")
  if (!Number.isSafeInteger(limit) || limit < 0 || limit > 1000)
    throw new RangeError("Cannot search: limit is not between 0 and 1,000")
  if (within && (!(within.south <= within.north) || !Number.isFinite(within.west) || !Number.isFinite(within.east)))
    throw new RangeError("Cannot search: the box has no area")
  const terms = termsOf(query.words ?? "")
  if (terms.length > maxTerms) throw new RangeError(`Cannot search: more than ${maxTerms} words`)
  return {
    terms,
    match: query.match ?? "part",
    from: taken?.from === undefined ? -Infinity : dateMs(taken.from),
    to: taken?.to === undefined ? Infinity : dateMs(taken.to),
    sort: query.sort ?? (terms.length > 0 ? "best" : "newest"),
    offset,
    limit,
    filters: query,
  }
}

function termsOf(words: string): readonly string[] {
  const found = [...words.matchAll(/"([^"]*)"?|[^\s"]+/gu)].map(([whole, phrase]) =>
    searchable(phrase ?? whole)
      .replaceAll(/\s+/gu, " ")
      .trim(),
  )
  return [...new Set(found)].filter((term) => term !== "")
}

function dateMs(date: string): number {
  const whole = `${date}${"0000-01-01T00:00:00".slice(date.length)}`
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?$/.test(whole) ? localMs(whole) : Number.NaN
  if (Number.isNaN(ms)) throw new RangeError("Cannot search: a date is none")
  return ms
}
