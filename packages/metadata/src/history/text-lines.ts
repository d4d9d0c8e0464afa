import { HistoryError } from "./history-error.ts"

/** Text whole or in pieces, piece by piece. */
export async function* piecesOf(text: string | AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  if (typeof text === "string") yield text
  else yield* text
}

/**
 * Lines without their ends, LF or CRLF; a byte order mark at the start is dropped.
 * @throws HistoryError `HISTORY_LIMIT_EXCEEDED` for a line of more than `maxLength` characters.
 */
export async function* linesOf(
  text: string | AsyncIterable<string>,
  maxLength: number,
): AsyncGenerator<string, void, undefined> {
  let rest = ""
  let line = 1
  let first = true
  for await (const piece of piecesOf(text)) {
    if (piece === "") continue
    const lines = (first ? piece.replace(/^\uFEFF/, "") : piece).split("\n")
    first = false
    lines[0] = rest + (lines[0] ?? "")
    rest = lines.pop() ?? ""
    for (const content of [...lines, rest])
      if (content.length > maxLength)
        throw new HistoryError("HISTORY_LIMIT_EXCEEDED", `Cannot import line ${line}: it is too long`, { line })
    for (const content of lines) {
      line++
      yield content.replace(/\r$/, "")
    }
  }
  if (rest !== "") yield rest
}
