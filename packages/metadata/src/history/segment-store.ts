/** A segment that a store holds. */
export interface SegmentInfo {
  /** From 1. */
  readonly number: number
  /** Of the sealed segment. */
  readonly bytes: number
}

/**
 * Where the sealed segments of one log of one account lie: a server, IndexedDB, a folder. It sees numbers, padded sizes
 * and times, and is not trusted with more.
 */
export interface SegmentStore {
  /** Those with `from` and higher numbers, in ascending order. */
  list(options: { readonly from: number; readonly signal?: AbortSignal | undefined }): Promise<readonly SegmentInfo[]>
  /** The bytes as they were put; the caller owns them. `undefined` where there is none. */
  get(number: number, options: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array | undefined>
  /**
   * Keeps a segment unless another of this number is there, or was removed. Of several writers, one gets `stored`, and it
   * is durable by then; the others get `taken`. Putting the very bytes that are there is `stored` again.
   */
  put(
    number: number,
    segment: Uint8Array,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<"stored" | "taken">
  /** Removes all with lower numbers, after a compaction. */
  removeBefore(number: number, options: { readonly signal?: AbortSignal | undefined }): Promise<void>
}

/** Segments in memory: for tests, and for what shall not outlive the page. */
export function memorySegments(): SegmentStore {
  const segments = new Map<number, Uint8Array>()
  let removedBefore = 1
  return {
    async list({ from, signal }) {
      signal?.throwIfAborted()
      return [...segments]
        .filter(([number]) => number >= from)
        .map(([number, segment]) => ({ number, bytes: segment.length }))
        .toSorted((a, b) => a.number - b.number)
    },
    async get(number, { signal }) {
      signal?.throwIfAborted()
      return segments.get(number)?.slice()
    },
    async put(number, segment, { signal }) {
      signal?.throwIfAborted()
      const held = segments.get(number)
      if (number < removedBefore || (held && !sameBytes(held, segment))) return "taken"
      segments.set(number, segment.slice())
      return "stored"
    },
    async removeBefore(number, { signal }) {
      signal?.throwIfAborted()
      removedBefore = Math.max(removedBefore, number)
      for (const held of segments.keys()) if (held < number) segments.delete(held)
    },
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
