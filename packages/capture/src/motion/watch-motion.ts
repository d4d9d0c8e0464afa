import { cameraError } from "../cameras/camera-error.ts"
import { CaptureError } from "../errors.ts"
import { openFrameSource } from "../frames/frame-source.ts"
import type { MotionDetectorOptions } from "./detector.ts"
import type { MotionVerdict } from "./verdict.ts"
import type { FromMotionWorker, ToMotionWorker } from "./worker-messages.ts"

export interface WatchMotionOptions extends MotionDetectorOptions {
  /**
   * Makes the worker out of the module `@darkslide/capture/motion-worker`, as the page's bundler and policies want it
   * made. It is terminated at the end.
   */
  readonly worker: () => Worker
  /** Frames judged in a second, at most; default 10. */
  readonly perSecond?: number | undefined
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined
}

/** Verdicts that wait to be read; past that the oldest are dropped. */
const mostWaiting = 50

/** How long a worker may take to read what is on its way at the end. */
const mostDrainMs = 2000

/**
 * Judges a live stream in a worker, frame by frame; ends with its track. The stream stays the caller's. In a hidden tab
 * it goes on where the browser hands frames to workers (Chromium, Safari); elsewhere it rests until the tab is shown.
 * @throws CaptureError `CAPTURE_ENDED` without a live track, `CAPTURE_UNSUPPORTED` where frames cannot be had
 *
 * @example
 * ```ts no-run
 * const worker = () => new Worker(new URL("./motion-worker.js", import.meta.url), { type: "module" })
 * const camera = await openCamera()
 * for await (const verdict of watchMotion(camera.stream, { worker })) if (verdict.motion) break
 * ```
 */
export async function* watchMotion(
  stream: MediaStream,
  options: WatchMotionOptions,
): AsyncGenerator<MotionVerdict, void> {
  const { worker: makeWorker, perSecond = 10, signal, sensitivity, zones, learnMs } = options
  signal?.throwIfAborted()
  const [own] = stream.getVideoTracks()
  if (!own || own.readyState === "ended") throw cameraError("CAPTURE_ENDED")
  if (typeof VideoFrame !== "function") throw cameraError("CAPTURE_UNSUPPORTED")
  const worker = makeWorker()
  const waiting: MotionVerdict[] = []
  let news = Promise.withResolvers<void>()
  const state: { end: "open" | "ended" | CaptureError } = { end: "open" }
  const wake = (how?: "ended" | CaptureError) => {
    if (state.end === "open" && how) state.end = how
    news.resolve()
  }
  const failed = (cause: unknown) => wake(new CaptureError("CAPTURE_UNSUPPORTED", "Cannot watch camera", { cause }))
  worker.onmessage = ({ data }: MessageEvent<FromMotionWorker>) => {
    if (data.type !== "verdict") worker.terminate()
    if (data.type === "ended") return wake("ended")
    if (data.type === "failed") return failed(new Error(data.message))
    waiting.push(data.verdict)
    if (waiting.length > mostWaiting) waiting.shift()
    wake()
  }
  worker.onerror = ({ message }) => failed(new Error(message))
  const onAbort = () => wake("ended")
  signal?.addEventListener("abort", onAbort, { once: true })
  own.addEventListener("ended", onAbort, { once: true })
  // Only the newest frame is worth a look.
  const { handle, transfer, stop } = openFrameSource(own, { waiting: 1 })
  const start: ToMotionWorker = { options: { sensitivity, zones, learnMs }, perSecond, frames: handle }
  try {
    worker.postMessage(start, transfer)
    for (;;) {
      const verdict = waiting.shift()
      if (verdict) {
        yield verdict
        continue
      }
      if (state.end !== "open") break
      news = Promise.withResolvers()
      await news.promise
    }
  } finally {
    signal?.removeEventListener("abort", onAbort)
    own.removeEventListener("ended", onAbort)
    stop()
    // It ends by itself once it has read and closed what was on its way.
    setTimeout(() => worker.terminate(), mostDrainMs)
  }
  signal?.throwIfAborted()
  if (state.end instanceof CaptureError) throw state.end
}
