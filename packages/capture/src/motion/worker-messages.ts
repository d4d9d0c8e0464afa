import type { FrameHandle } from "../frames/frame-source.ts"
import type { MotionDetectorOptions } from "./detector.ts"
import type { MotionVerdict } from "./verdict.ts"

/** From the page to the worker, once: what to do, and where the frames come from. */
export interface ToMotionWorker {
  readonly options: MotionDetectorOptions
  readonly perSecond: number
  readonly frames: FrameHandle
}

/** From the worker to the page. `ended`: there are no more frames. */
export type FromMotionWorker =
  | { readonly type: "verdict"; readonly verdict: MotionVerdict }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly message: string }
