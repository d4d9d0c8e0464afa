import { HistoryError } from "./history-error.ts"
import type { History } from "./history.ts"
import type { HistoryQuery } from "./query.ts"
import { parseRecord, type HistoryRecord } from "./record.ts"
import { allRecords } from "./all-records.ts"
import { linesOf } from "./text-lines.ts"

/** Characters of a line at most; no record needs half of it. */
const maxLineLength = 64 << 10

/**
 * Writes all records that match as JSON Lines: one object and a line feed at a time.
 * Records that are added or removed meanwhile may be missed or come twice.
 */
export async function* exportJsonLines(
  history: History,
  query: HistoryQuery = {},
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<string, void, undefined> {
  for await (const record of allRecords(history, query, options.signal)) yield `${JSON.stringify(record)}\n`
}

/**
 * Reads records from JSON Lines, as {@link exportJsonLines} writes them. Empty lines are skipped.
 * @param text - Whole, or in pieces cut anywhere, such as `file.stream().pipeThrough(new TextDecoderStream())`.
 * @throws HistoryError `HISTORY_MALFORMED` or `HISTORY_LIMIT_EXCEEDED` with the `line`; records before it were given.
 */
export async function* importJsonLines(
  text: string | AsyncIterable<string>,
): AsyncGenerator<HistoryRecord, void, undefined> {
  let line = 0
  for await (const content of linesOf(text, maxLineLength)) {
    line++
    if (content.trim() === "") continue
    const parsed = parseRecord(parseJson(content, line))
    if (!parsed.ok) throw malformed(line, parsed.why)
    yield parsed.record
  }
}

function parseJson(content: string, line: number): unknown {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw malformed(line, "it is not JSON", cause)
  }
}

function malformed(line: number, why: string, cause?: unknown): HistoryError {
  return new HistoryError("HISTORY_MALFORMED", `Cannot import line ${line}: ${why}`, { line, cause })
}
