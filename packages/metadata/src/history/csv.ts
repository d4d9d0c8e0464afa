import { allRecords } from "./all-records.ts"
import { formatCsvRow, parseCsvRows } from "./csv-rows.ts"
import { HistoryError } from "./history-error.ts"
import type { History } from "./history.ts"
import type { HistoryQuery } from "./query.ts"
import { parseRecord, type HistoryRecord } from "./record.ts"

type Kind = "text" | "number" | "list"

/** Columns in the order of an export, and where their values stand in a record. */
const columns: readonly { readonly name: string; readonly path: readonly [string, string?]; readonly kind: Kind }[] = [
  { name: "id", path: ["id"], kind: "text" },
  { name: "takenLocal", path: ["taken", "local"], kind: "text" },
  { name: "takenOffset", path: ["taken", "offset"], kind: "text" },
  { name: "latitude", path: ["place", "latitude"], kind: "number" },
  { name: "longitude", path: ["place", "longitude"], kind: "number" },
  { name: "altitudeMeters", path: ["place", "altitudeMeters"], kind: "number" },
  { name: "place", path: ["place", "name"], kind: "text" },
  { name: "camera", path: ["camera"], kind: "text" },
  { name: "lens", path: ["lens"], kind: "text" },
  { name: "title", path: ["title"], kind: "text" },
  { name: "description", path: ["description"], kind: "text" },
  { name: "keywords", path: ["keywords"], kind: "list" },
  { name: "flags", path: ["flags"], kind: "list" },
  { name: "room", path: ["room"], kind: "text" },
  { name: "fileName", path: ["fileName"], kind: "text" },
  { name: "mediaType", path: ["mediaType"], kind: "text" },
  { name: "bytes", path: ["bytes"], kind: "number" },
  { name: "width", path: ["width"], kind: "number" },
  { name: "height", path: ["height"], kind: "number" },
  { name: "orientation", path: ["orientation"], kind: "number" },
  { name: "thumbhash", path: ["thumbhash"], kind: "text" },
  { name: "dhash", path: ["dhash"], kind: "text" },
  { name: "addedAt", path: ["addedAt"], kind: "number" },
]

/**
 * Writes all records that match as CSV (RFC 4180) with a header, one row at a time. Lists stand in one cell, divided by
 * `|`, with a backslash before a `|` or a backslash of their own. A text that a spreadsheet would take for a formula
 * starts with an apostrophe, which an import takes away.
 * Records that are added or removed meanwhile may be missed or come twice.
 */
export async function* exportCsv(
  history: History,
  query: HistoryQuery = {},
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<string, void, undefined> {
  yield formatCsvRow(columns.map(({ name }) => name))
  for await (const record of allRecords(history, query, options.signal))
    yield formatCsvRow(columns.map(({ path, kind }) => formatCell(valueAt(record, path), kind)))
}

/**
 * Reads records from CSV whose first row names the columns, as {@link exportCsv} does, in any order; only `id` must be
 * there. Empty cells are absent values.
 * @param text - Whole, or in pieces cut anywhere, such as `file.stream().pipeThrough(new TextDecoderStream())`.
 * @throws HistoryError `HISTORY_MALFORMED` or `HISTORY_LIMIT_EXCEEDED` with the `line`; records before it were given.
 */
export async function* importCsv(text: string | AsyncIterable<string>): AsyncGenerator<HistoryRecord, void, undefined> {
  let header: readonly (typeof columns)[number][] | undefined
  for await (const { line, cells } of parseCsvRows(text)) {
    if (!header) {
      header = readHeader(cells, line)
      continue
    }
    if (cells.length !== header.length) throw malformed(line, `it has ${cells.length} cells, not ${header.length}`)
    const value: Record<string, unknown> = {}
    for (const [i, { path, kind }] of header.entries()) {
      const cell = cells[i] ?? ""
      if (cell !== "") setAt(value, path, parseCell(cell, kind))
    }
    const parsed = parseRecord(value)
    if (!parsed.ok) throw malformed(line, parsed.why)
    yield parsed.record
  }
}

function readHeader(cells: readonly string[], line: number): readonly (typeof columns)[number][] {
  if (new Set(cells).size !== cells.length) throw malformed(line, "it names a column twice")
  const header = cells.map((cell) => {
    const column = columns.find(({ name }) => name === cell)
    if (!column) throw malformed(line, "it names an unknown column")
    return column
  })
  if (!header.some(({ name }) => name === "id")) throw malformed(line, "it names no column id")
  return header
}

function valueAt(record: HistoryRecord, [first, second]: readonly [string, string?]): unknown {
  const value: unknown = Reflect.get(record, first)
  if (second === undefined || typeof value !== "object" || value === null) return value
  return Reflect.get(value, second)
}

function setAt(record: Record<string, unknown>, [first, second]: readonly [string, string?], value: unknown): void {
  if (second === undefined) record[first] = value
  else record[first] = { ...(record[first] as object | undefined), [second]: value }
}

/** What spreadsheets take for the start of a formula, in full width too. */
const formula = /^'*[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/

function formatCell(value: unknown, kind: Kind): string {
  if (value === undefined) return ""
  if (kind === "number") return String(value)
  const text =
    kind === "list"
      ? (value as readonly string[]).map((item) => item.replaceAll(/[\\|]/g, String.raw`\$&`)).join("|")
      : (value as string)
  return formula.test(text) ? `'${text}` : text
}

function parseCell(cell: string, kind: Kind): unknown {
  // A cell that is no number stays text, which the record refuses.
  if (kind === "number") return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell
  const text = cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell
  return kind === "list" ? splitList(text) : text
}

function splitList(text: string): readonly string[] {
  const items = [""]
  for (const [letters] of text.matchAll(/\\[\\|]|[^]/gu)) {
    if (letters === "|") items.push("")
    else items[items.length - 1] += letters.length === 2 && letters.startsWith("\\") ? letters.slice(1) : letters
  }
  return items
}

function malformed(line: number, why: string): HistoryError {
  return new HistoryError("HISTORY_MALFORMED", `Cannot import line ${line}: ${why}`, { line })
}
