import type { EpochKey } from "./epoch-key.ts"
import type { FrameRefusal } from "./frame-opener.ts"

/** What one direction of one stream did in the worker. Frames. */
export interface PipeCounts {
  /** Read from the browser. */
  readonly seen: number
  /** Sealed or opened, and given back. */
  readonly passed: number
  /** Bytes before and after. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly refused: Readonly<Partial<Record<FrameRefusal | "no_key" | "unknown_codec", number>>>
}

export type PipeDirection = "seal" | "open"

/** Given to `RTCRtpScriptTransform`. */
export interface PipeOptions {
  readonly pipe: number
  readonly direction: PipeDirection
  /** Whose stream it is; `undefined` behind a forwarding unit. */
  readonly leafIndex?: number | undefined
}

export type ToWorker =
  | { readonly type: "start"; readonly context: number }
  | ({ readonly type: "epoch" } & EpochKey)
  | { readonly type: "pause" }
  /** For browsers whose frames do not name their codec: by payload type. */
  | { readonly type: "codecs"; readonly pipe: number; readonly codecs: Readonly<Record<number, string>> }
  | { readonly type: "count"; readonly id: number }
  | { readonly type: "forget"; readonly pipe: number }
  | { readonly type: "watch_wire"; readonly perSecond: number }

export type FromWorker =
  | { readonly type: "started" }
  /** The worker reads this pipe: from now on nothing goes past it. */
  | { readonly type: "live"; readonly pipe: number }
  | { readonly type: "sealing"; readonly epoch: bigint }
  | { readonly type: "counts"; readonly id: number; readonly counts: ReadonlyMap<number, PipeCounts> }
  | { readonly type: "key_missing"; readonly leafIndex: number }
  | { readonly type: "unknown_codec"; readonly pipe: number; readonly mimeType: string }
  | { readonly type: "pipe_ended"; readonly pipe: number; readonly message: string }
  /** Time to compare: a page's own timers sleep in the background. */
  | { readonly type: "tick" }
  /** A frame as it leaves, sealed, for who wants to see what others see. */
  | { readonly type: "wire"; readonly pipe: number; readonly isKey: boolean; readonly bytes: Uint8Array<ArrayBuffer> }
