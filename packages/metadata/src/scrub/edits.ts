import { MetadataError } from "../errors.ts"
import type { Part } from "../walk/part.ts"
import type { Kept, Removed } from "./format-scrubber.ts"

interface Edit {
  readonly offset: number
  readonly length: number
  /** In its place; zeros of the same length when absent. */
  readonly bytes: Uint8Array | undefined
}

type Stretch = Pick<Part, "offset" | "length">

/** The changes to one file, none of which touches a byte twice. A change that changes nothing is none. */
export class Edits {
  readonly #source: Uint8Array
  readonly #edits: Edit[] = []
  readonly #removed = new Map<string, Removed>()
  readonly #kept = new Map<string, Kept>()

  constructor(source: Uint8Array) {
    this.#source = source
  }

  get empty(): boolean {
    return this.#edits.length === 0
  }

  get removed(): readonly Removed[] {
    return [...this.#removed.values()]
  }

  get kept(): readonly Kept[] {
    return [...this.#kept.values()]
  }

  /** Cuts a part out, and says so. */
  remove(part: Part): void {
    this.#edits.push({ offset: part.offset, length: part.length, bytes: new Uint8Array(0) })
    this.note(part.kind, part.name, part.length, part.count)
  }

  /** Puts `bytes` in the place of a stretch, or before it when its length is 0. Returns whether that changes anything. */
  replace({ offset, length }: Stretch, bytes: Uint8Array): boolean {
    if (length === bytes.length && bytes.every((byte, i) => byte === this.#source[offset + i])) return false
    this.#edits.push({ offset, length, bytes })
    return true
  }

  /** Fills a stretch with zeros. Returns whether that changes anything. */
  blank({ offset, length }: Stretch): boolean {
    const end = Math.min(offset + length, this.#source.length)
    let at = offset
    while (at < end && this.#source[at] === 0) at++
    if (at >= end) return false
    this.#edits.push({ offset, length: end - offset, bytes: undefined })
    return true
  }

  /** Adds to the report of what is gone. */
  note(kind: Removed["kind"], name: string, bytes: number, count = 1): void {
    const key = `${kind} ${name}`
    const sum = this.#removed.get(key)
    this.#removed.set(key, { kind, name, bytes: bytes + (sum?.bytes ?? 0), count: count + (sum?.count ?? 0) })
  }

  /** Adds to the report of what stays. */
  keep(kind: Kept["kind"], name: string): void {
    this.#kept.set(`${kind} ${name}`, { kind, name })
  }

  /** How many bytes more (or, below 0, fewer) there will be between two offsets of the file as it was. */
  growth(from: number, to: number): number {
    const within = this.#edits.filter(({ offset }) => offset >= from && offset < to)
    return within.reduce((sum, { length, bytes }) => sum + (bytes?.length ?? length) - length, 0)
  }

  /** Where the pictures among `parts`, if nothing in them changed, begin and end in the changed file. */
  copied(parts: readonly Part[]): ReadonlyMap<number, number> {
    const edits = this.#edits.toSorted((a, b) => a.offset - b.offset)
    const ends = new Map<number, number>()
    let [next, moved] = [0, 0]
    for (const { kind, offset, length } of parts) {
      for (let edit = edits[next]; edit !== undefined && edit.offset < offset + length; edit = edits[++next]) {
        // Something inserted at the very start stands before the part.
        if (edit.offset + edit.length > offset || edit.offset > offset) break
        moved += (edit.bytes?.length ?? edit.length) - edit.length
      }
      const edit = edits[next]
      const touched = edit !== undefined && edit.offset < offset + length
      if (kind === "image" && !touched) ends.set(offset + moved, offset + moved + length)
    }
    return ends
  }

  /**
   * The changed file, in memory of its own.
   * @throws MetadataError `METADATA_MALFORMED` when two changes overlap, as in a file whose parts do.
   */
  apply(): Uint8Array<ArrayBuffer> {
    const source = this.#source
    const edits = this.#edits.toSorted((a, b) => a.offset - b.offset || a.length - b.length)
    const total = edits.reduce((sum, edit) => sum + (edit.bytes?.length ?? edit.length) - edit.length, source.length)
    const result = new Uint8Array(total)
    let [from, to] = [0, 0]
    for (const { offset, length, bytes } of edits) {
      if (offset < from) throw new MetadataError("METADATA_MALFORMED", "Cannot change file: its parts overlap")
      result.set(source.subarray(from, offset), to)
      to += offset - from
      if (bytes !== undefined) result.set(bytes, to)
      to += bytes?.length ?? length
      from = offset + length
    }
    result.set(source.subarray(from), to)
    return result
  }
}
