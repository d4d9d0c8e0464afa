import type { FrameHandle } from "../frames/frame-source.ts"
import type { ClipFormat } from "./clip-format.ts"
import type { ClipAudio } from "./recorder.ts"
import type { SoundHandle } from "./sound-source.ts"
import type { EndedBy, TakeLimits } from "./take.ts"

/** What the page tells the worker. */
export type ToWorker =
  | ({ readonly type: "start" } & RingSettings & {
        readonly frames: FrameHandle
        readonly sound: SoundHandle | undefined
      })
  | ({ readonly type: "record"; readonly id: string; readonly startAt: number } & TakeLimits)
  | { readonly type: "stop"; readonly id: string }
  | { readonly type: "discard"; readonly id: string }
  | { readonly type: "close" }

export interface RingSettings {
  readonly format: ClipFormat
  /** Bits a second. */
  readonly bitrate: number | undefined
  readonly frameRate: number
  readonly keyFrameSeconds: number
  readonly keepSeconds: number
  readonly maxRingBytes: number
}

/** What the worker tells the page. Errors lose name and code on the way, so they travel as text. */
export type FromWorker =
  | { readonly type: "ready"; readonly width: number; readonly height: number }
  | ({ readonly type: "progress"; readonly id: string } & TakeProgress)
  | ({ readonly type: "segment"; readonly id: string; readonly index: number; readonly isLast: boolean } & MadeFile)
  | ({ readonly type: "clip"; readonly id: string; readonly endedBy: EndedBy } & MadeFile)
  | { readonly type: "ended" }
  | { readonly type: "sound-ended" }
  | { readonly type: "failed"; readonly id: string | undefined; readonly message: string }

export interface TakeProgress {
  /** Of picture so far, with what came before the start. */
  readonly seconds: number
  readonly bytes: number
  readonly frames: number
}

export interface MadeFile {
  readonly bytes: ArrayBuffer
  readonly startedAt: number
  readonly durationSeconds: number
  readonly frames: number
  readonly dropped: number
  readonly missed: number
  readonly longestGapSeconds: number
  readonly audio: ClipAudio | undefined
  readonly thumbnail: Blob | undefined
}
