import type { MotionDetectorOptions } from "./detector.ts"
import type { MotionVerdict } from "./verdict.ts"

/** From the page to the worker: first `start`, with what frames come by, then frames where the page has to send them. */
export type ToMotionWorker =
  | {
      readonly type: "start"
      readonly options: MotionDetectorOptions
      readonly perSecond: number
      readonly source: FrameSource
    }
  | { readonly type: "frame"; readonly frame: VideoFrame }

export type FrameSource =
  | { readonly kind: "readable"; readonly readable: ReadableStream<VideoFrame> }
  | { readonly kind: "track"; readonly track: MediaStreamTrack }
  | { readonly kind: "frames" }

/** From the worker to the page. `ended`: there are no more frames. */
export type FromMotionWorker =
  | { readonly type: "verdict"; readonly verdict: MotionVerdict }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly message: string }
