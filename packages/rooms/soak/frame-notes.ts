/** A frame that went through a call's worker. */
export interface FrameNote {
  readonly direction: "seal" | "open"
  /** The other end's leaf. */
  readonly leafIndex: number | undefined
  /** Milliseconds since 1970 when it came to the worker. */
  readonly at: number
  /** Of the picture, the same at both ends of a stream. */
  readonly rtpTimestamp: number
  /** Key id and counter, in one; of what was sealed, once it was. */
  sealedAs: string | undefined
  keyId: bigint | undefined
  /** It was sealed or opened, and given back to the browser. */
  hasPassed: boolean
}

/** What a worker noted since it was asked before, and the newest frames as they left. */
export interface WorkerNotes {
  readonly notes: readonly FrameNote[]
  readonly sealed: readonly Uint8Array<ArrayBuffer>[]
}

/** Low bits of a key id that tell its epoch (docs/formats/media.md, "Key ids"). */
export function epochBitsOf(value: bigint): bigint {
  return BigInt.asUintN(4, value)
}
