import { isDarkslideError, openPayload, sealPayload, sealedPayloadBytes } from "@darkslide/crypto"
import * as z from "zod/mini"
import { HistoryError } from "./history-error.ts"
import type { LogKeys } from "./history-keys.ts"

/** Records and removals of one segment at most. */
export const maxLines = 512

/** Bytes of a segment before it is sealed, at most. */
export const maxSegmentBytes: number = 256 << 10

const classes = [4, 8, 16, 32, 64, 128, 192, 256].map((kib) => kib << 10)
const lineFeed = 0x0a
const hash = z.string().check(z.regex(/^[\w-]{43}$/))

const headerSchema = z.object({
  v: z.literal(1),
  number: z.int().check(z.positive()),
  previous: hash,
  lines: z.int().check(z.nonnegative(), z.maximum(maxLines)),
  snapshot: z.optional(
    z.object({
      part: z.int().check(z.positive()),
      parts: z.int().check(z.positive()),
      covers: z.optional(z.object({ from: z.int().check(z.positive()), hashes: z.array(hash) })),
    }),
  ),
})

/** The first line of a segment. */
export interface SegmentHeader {
  readonly v: 1
  readonly number: number
  /** Hash of the chain up to the segment before. */
  readonly previous: string
  /** How many lines follow. */
  readonly lines: number
  /**
   * Set in a segment of a snapshot, which says anew all that stands. The first part `covers` the hashes of the chain from
   * segment `from` to the one before it, so that a client with an older head can tell whether it saw the same history.
   */
  readonly snapshot?:
    | {
        readonly part: number
        readonly parts: number
        readonly covers?: { readonly from: number; readonly hashes: readonly string[] } | undefined
      }
    | undefined
}

/** A segment as it was opened. `body` holds its lines, each with its line feed, without the padding. */
export interface OpenedSegment {
  readonly header: SegmentHeader
  readonly body: Uint8Array
}

/** Bytes that a header and lines of together `lineBytes` take, before padding. */
export function segmentBytes(header: SegmentHeader, lineBytes: number): number {
  return JSON.stringify(header).length + 1 + lineBytes
}

/**
 * Seals a segment as an age payload under the file key of its number: header and lines as JSON Lines, line feeds behind
 * them up to the next size class.
 */
export async function sealSegment(
  keys: LogKeys,
  header: SegmentHeader,
  lines: readonly Uint8Array[],
): Promise<Uint8Array<ArrayBuffer>> {
  const first = new TextEncoder().encode(`${JSON.stringify(header)}\n`)
  const length = lines.reduce((sum, line) => sum + line.length, first.length)
  const padded = classes.find((size) => size >= length)
  if (padded === undefined) throw new RangeError(`Cannot seal segment: ${length} bytes are too many`)
  const plaintext = new Uint8Array(padded).fill(lineFeed)
  plaintext.set(first)
  let at = first.length
  for (const line of lines) {
    plaintext.set(line, at)
    at += line.length
  }
  return await sealPayload(keys.fileKey(header.number), plaintext)
}

/**
 * @throws HistoryError `HISTORY_TAMPERED` unless it was sealed for this place; `HISTORY_MALFORMED`.
 */
export async function openSegment(keys: LogKeys, number: number, sealed: Uint8Array): Promise<OpenedSegment> {
  if (!classes.some((size) => sealedPayloadBytes(size) === sealed.length))
    throw new HistoryError("HISTORY_TAMPERED", `Cannot open segment ${number}: no segment has its size`, {
      segment: number,
    })
  const plaintext = await openAtPlace(keys, number, sealed)
  const end = plaintext.indexOf(lineFeed)
  const header = readHeader(plaintext.subarray(0, Math.max(0, end)), number)
  let at = end + 1
  for (let line = 0; line < header.lines; line++) {
    at = plaintext.indexOf(lineFeed, at) + 1
    if (at === 0) throw malformed(number, "has fewer lines than it says")
  }
  return { header, body: plaintext.slice(end + 1, at) }
}

async function openAtPlace(keys: LogKeys, number: number, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    return await openPayload(keys.fileKey(number), sealed)
  } catch (cause) {
    if (!isDarkslideError(cause)) throw cause
    throw new HistoryError("HISTORY_TAMPERED", `Cannot open segment ${number}: it was not sealed for this place`, {
      cause,
      segment: number,
    })
  }
}

function readHeader(line: Uint8Array, number: number): SegmentHeader {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line))
  } catch (cause) {
    throw malformed(number, "starts with no header", cause)
  }
  const parsed = headerSchema.safeParse(json)
  if (!parsed.success || parsed.data.number !== number) throw malformed(number, "has no header of this version")
  return parsed.data
}

export function malformed(number: number, what: string, cause?: unknown): HistoryError {
  return new HistoryError("HISTORY_MALFORMED", `Cannot read segment ${number}: it ${what}`, { cause, segment: number })
}
