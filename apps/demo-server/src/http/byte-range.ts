import { Problem } from "./problem.ts"

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The range that a `Range` header asks of `bytes` (RFC 9110 section 14). `undefined`: the whole, also when several
 * ranges are asked, or the header is of another unit or malformed, which a server may ignore.
 * @throws Problem `RANGE_UNSATISFIABLE`
 */
export function parseByteRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "")
  const [, first = "", last = ""] = match ?? []
  if (first === "" && last === "") return undefined
  const range =
    first === ""
      ? { start: Math.max(0, bytes - Number(last)), end: bytes }
      : { start: Number(first), end: last === "" ? bytes : Math.min(Number(last) + 1, bytes) }
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined
  if (range.start < range.end) return range
  throw new Problem("RANGE_UNSATISFIABLE", "Cannot read range: it lies outside", {
    headers: { "content-range": `bytes */${bytes}` },
  })
}
