import { sha256 } from "@darkslide/crypto"
import { HistoryError } from "./history-error.ts"
import { emptyHead, type HistoryHead, type LogKeys } from "./history-keys.ts"
import { maxLines, maxSegmentBytes, openSegment, sealSegment, segmentBytes } from "./segment.ts"
import type { OpenedSegment, SegmentHeader } from "./segment.ts"
import type { SegmentInfo, SegmentStore } from "./segment-store.ts"

/** Segments that are fetched and opened at a time. */
const inFlight = 8

/** Hashes that a snapshot remembers of the segments that it replaces. */
const maxCovered = 1024

/** Verified segments, which were not applied yet. */
export interface Pull {
  readonly segments: readonly OpenedSegment[]
  /** They start with a snapshot: whatever was known before is in it, or gone. */
  readonly restart: boolean
}

interface LinkedSegment extends OpenedSegment {
  readonly sealedHash: Uint8Array
}

/** The chain of segments in a store: what was verified of it, and how it grows. */
export class SegmentLog {
  readonly #store: SegmentStore
  readonly #keys: LogKeys
  /** The newest head that anybody vouched for. */
  #known: HistoryHead
  #head: HistoryHead = emptyHead
  /** Number of the first segment that still counts. */
  #first = 1
  /** Of the chain, from `#first` to the head. */
  #hashes: string[] = []

  constructor(store: SegmentStore, keys: LogKeys, known: HistoryHead) {
    this.#store = store
    this.#keys = keys
    this.#known = known
  }

  get head(): HistoryHead {
    return this.#head
  }

  /** Segments that a new client would read. */
  get length(): number {
    return this.#hashes.length
  }

  /**
   * Reads and verifies what is new in the store.
   * @throws HistoryError `HISTORY_TAMPERED`, `HISTORY_INCOMPLETE`, `HISTORY_ROLLED_BACK`, `HISTORY_MALFORMED`; then this
   * log stays where it was.
   */
  async pull(signal: AbortSignal | undefined): Promise<Pull> {
    const from = this.#head.count + 1
    // The head itself is asked for too: a store that lost it shows nothing, or something newer that replaces it.
    const infos = await this.#store.list({ from: Math.max(1, this.#head.count), signal })
    const last = infos.at(-1)?.number ?? 0
    if (last < this.#known.count)
      throw new HistoryError(
        "HISTORY_ROLLED_BACK",
        `Cannot open history: it ends at segment ${last}, and segment ${this.#known.count} was seen`,
      )
    const run = lastRun(infos, from)
    if (run.length === 0) return { segments: [], restart: false }
    const opened = await this.#openAll(run, signal)
    const restart = run[0]?.number !== from
    const segments = restart ? fromSnapshot(opened) : opened
    this.#accept(segments, restart)
    return { segments, restart }
  }

  /**
   * Seals the first of `lines`, as many as a segment takes, and puts it behind the head.
   * @returns how many lines are stored now; 0 when another writer was faster.
   */
  async push(lines: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<number> {
    const header = { v: 1, number: this.#head.count + 1, previous: this.#head.hash, lines: maxLines } as const
    const taken = fill(header, lines)
    const stored = await this.#put({ ...header, lines: taken.length }, taken, signal)
    return stored ? taken.length : 0
  }

  /**
   * Says all of `lines` anew in a snapshot behind the head, then removes what it replaces.
   * @returns the segments as they stand; undefined when another writer was faster, and nothing is replaced.
   */
  async compact(
    lines: readonly Uint8Array[],
    signal: AbortSignal | undefined,
  ): Promise<readonly OpenedSegment[] | undefined> {
    const number = this.#head.count + 1
    const hashes = this.#hashes.slice(-maxCovered)
    const covers = hashes.length > 0 ? { from: number - hashes.length, hashes } : undefined
    const headerOf = (part: number, parts: number, lineCount: number): SegmentHeader => ({
      v: 1,
      number: this.#head.count + 1,
      previous: this.#head.hash,
      lines: lineCount,
      snapshot: { part, parts, ...(part === 1 && covers ? { covers } : {}) },
    })
    const parts: (readonly Uint8Array[])[] = []
    let rest = lines
    do {
      const taken = fill(headerOf(parts.length + 1, 0xffff_ffff, maxLines), rest)
      parts.push(taken)
      rest = rest.slice(taken.length)
    } while (rest.length > 0)
    const segments: OpenedSegment[] = []
    for (const part of parts) {
      const header = headerOf(segments.length + 1, parts.length, part.length)
      if (!(await this.#put(header, part, signal))) return undefined
      segments.push({ header, body: concat(part) })
    }
    this.#hashes = this.#hashes.slice(number - this.#first)
    this.#first = number
    await this.#store.removeBefore(number, { signal })
    return segments
  }

  async #put(header: SegmentHeader, lines: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<boolean> {
    const { number } = header
    const sealed = await sealSegment(this.#keys, header, lines)
    // Hashed first: a store may keep or transfer the bytes that it is given.
    const sealedHash = await hashOf(sealed)
    if ((await this.#store.put(number, sealed, { signal })) === "taken") return false
    this.#head = { count: number, hash: this.#keys.chainHash(number, header.previous, sealedHash) }
    this.#hashes.push(this.#head.hash)
    this.#known = this.#head
    return true
  }

  async #openAll(run: readonly SegmentInfo[], signal: AbortSignal | undefined): Promise<LinkedSegment[]> {
    const opened: LinkedSegment[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (;;) {
        signal?.throwIfAborted()
        const index = next++
        const info = run[index]
        if (!info) return
        const sealed = await this.#store.get(info.number, { signal })
        if (!sealed) throw incomplete(info.number)
        const sealedHash = await hashOf(sealed)
        opened[index] = { ...(await openSegment(this.#keys, info.number, sealed)), sealedHash }
      }
    }
    await Promise.all(Array.from({ length: Math.min(inFlight, run.length) }, work))
    return opened
  }

  /** Moves the head over `segments`, unless they are not what follows. */
  #accept(segments: readonly LinkedSegment[], restart: boolean): void {
    const [first] = segments
    if (!first) return
    let head: HistoryHead = restart ? { count: first.header.number - 1, hash: first.header.previous } : this.#head
    if (restart) {
      checkCovered(first.header, this.#head)
      checkCovered(first.header, this.#known)
    }
    const hashes: string[] = []
    for (const { header, sealedHash } of segments) {
      if (header.previous !== head.hash) throw tampered(header.number, "does not follow the one before")
      head = { count: header.number, hash: this.#keys.chainHash(header.number, head.hash, sealedHash) }
      if (head.count === this.#known.count && head.hash !== this.#known.hash)
        throw tampered(header.number, "is not the one that was seen")
      hashes.push(head.hash)
    }
    if (restart) this.#first = first.header.number
    this.#hashes = restart ? hashes : [...this.#hashes, ...hashes]
    this.#head = head
    if (head.count > this.#known.count) this.#known = head
  }
}

/** The last segments without a gap; all that a reader needs, unless some are missing. */
function lastRun(infos: readonly SegmentInfo[], from: number): readonly SegmentInfo[] {
  const wanted = infos.filter(({ number }) => number >= from)
  let start = 0
  for (let i = 1; i < wanted.length; i++) {
    const [before, number] = [wanted[i - 1]?.number ?? 0, wanted[i]?.number ?? 0]
    if (!Number.isSafeInteger(number) || number <= before)
      throw new HistoryError("HISTORY_TAMPERED", "Cannot open history: its segments are listed out of order")
    if (number !== before + 1) start = i
  }
  return wanted.slice(start)
}

/** From the first whole snapshot on. */
function fromSnapshot(opened: readonly LinkedSegment[]): readonly LinkedSegment[] {
  for (let i = 0; i < opened.length; i++) {
    const snapshot = opened[i]?.header.snapshot
    if (snapshot?.part !== 1) continue
    const parts = opened.slice(i, i + snapshot.parts).map(({ header }) => header.snapshot)
    if (parts.length === snapshot.parts && parts.every((part, at) => part?.part === at + 1)) return opened.slice(i)
  }
  throw incomplete((opened[0]?.header.number ?? 1) - 1)
}

/** A snapshot replaces segments that a client may have seen: they must be the same. */
function checkCovered({ number, snapshot, previous }: SegmentHeader, seen: HistoryHead): void {
  const covers = snapshot?.covers
  if (seen.count === 0 || seen.count >= number) return
  const covered = seen.count === number - 1 ? previous : covers?.hashes[seen.count - covers.from]
  if (covered !== undefined && covered !== seen.hash) throw tampered(number, "replaces other segments than were seen")
}

/** The first lines that fit into one segment; at least one. */
function fill(header: SegmentHeader, lines: readonly Uint8Array[]): readonly Uint8Array[] {
  let lineBytes = 0
  let taken = 0
  for (const line of lines.slice(0, maxLines)) {
    if (segmentBytes(header, lineBytes + line.length) > maxSegmentBytes) break
    lineBytes += line.length
    taken++
  }
  return lines.slice(0, taken)
}

/** SHA-256, by the platform where it offers it: many megabytes are hashed when a history is opened. */
async function hashOf(bytes: Uint8Array): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes as BufferSource)) : sha256(bytes)
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function tampered(segment: number, what: string): HistoryError {
  return new HistoryError("HISTORY_TAMPERED", `Cannot open history: segment ${segment} ${what}`, { segment })
}

function incomplete(segment: number): HistoryError {
  return new HistoryError("HISTORY_INCOMPLETE", `Cannot open history: segment ${segment} is missing`, { segment })
}
