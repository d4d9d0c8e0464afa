import { HistoryError } from "./history-error.ts"
import type { HistoryRecord } from "./record.ts"

/** A record out of a segment: checked when it was sealed, by this version or a later one. */
export interface StoredRecord extends HistoryRecord {
  readonly removed?: never
}

/**
 * Reads the lines of a segment.
 * @throws HistoryError `HISTORY_MALFORMED`
 */
export function readLines(body: Uint8Array): readonly (StoredRecord | { readonly removed: string })[] {
  if (body.length === 0) return []
  const values = parseLines(body)
  if (!values.every(isStored)) throw malformed("a line is neither a record nor a removal")
  return values
}

function parseLines(body: Uint8Array): readonly unknown[] {
  let values: unknown[]
  try {
    // A line feed within JSON is whitespace, and none stands inside a line.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(0, -1))
    values = JSON.parse(`[${text.replaceAll("\n", ",")}]`) as unknown[]
  } catch (cause) {
    throw malformed("its lines are not JSON", cause)
  }
  let lines = 0
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) lines++
  if (values.length !== lines) throw malformed("a line holds more than one value")
  return values
}

/** Checks what the columns take; the rest is checked when a record is given out. */
function isStored(value: unknown): value is StoredRecord | { readonly removed: string } {
  if (typeof value !== "object" || value === null) return false
  const line = value as Readonly<Record<string, unknown>>
  if (line["removed"] !== undefined) return typeof line["removed"] === "string"
  return (
    typeof line["id"] === "string" &&
    texts.every((name) => line[name] === undefined || typeof line[name] === "string") &&
    lists.every((name) => line[name] === undefined || isTextList(line[name])) &&
    objects.every((name) => line[name] === undefined || (typeof line[name] === "object" && line[name] !== null)) &&
    isPlace(line["place"])
  )
}

const texts = ["title", "description", "camera", "lens", "room", "fileName"] as const
const lists = ["keywords", "flags"] as const
const objects = ["taken", "place"] as const

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
}

function isPlace(value: unknown): boolean {
  if (value === undefined) return true
  const { latitude, longitude, name } = value as Readonly<Record<string, unknown>>
  return (
    typeof latitude === "number" && typeof longitude === "number" && (name === undefined || typeof name === "string")
  )
}

function malformed(what: string, cause?: unknown): HistoryError {
  return new HistoryError("HISTORY_MALFORMED", `Cannot read segment: ${what}`, { cause })
}
