// The worker of `watchMotion`: judges frames as they come, closes every one.
import { createMotionDetector, type MotionDetector } from "./motion/detector.ts"
import { createLumaReader } from "./motion/frame-luma.ts"
import { trackProcessor } from "./motion/track-processor.ts"
import type { FromMotionWorker, ToMotionWorker } from "./motion/worker-messages.ts"

const readLuma = createLumaReader()
let detector: MotionDetector | undefined
let leastMicroseconds = 0
let last = Number.NEGATIVE_INFINITY

addEventListener("message", (event: MessageEvent<ToMotionWorker>) => {
  receive(event.data).catch((error: unknown) => {
    post({ type: "failed", message: error instanceof Error ? error.message : "unknown" })
  })
})

async function receive(message: ToMotionWorker): Promise<void> {
  if (message.type === "frame") return await judge(message.frame)
  const { options, perSecond, source } = message
  detector = createMotionDetector(options)
  // Nine tenths: a camera's own rhythm is not exact, and every third frame is meant to stay every third.
  leastMicroseconds = 900_000 / perSecond
  if (source.kind === "frames") return
  await judgeAll(source.kind === "readable" ? source.readable : framesOf(source.track))
  post({ type: "ended" })
}

function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  const Processor = trackProcessor()
  if (!Processor) throw new TypeError("no MediaStreamTrackProcessor in this worker")
  return new Processor({ track, maxBufferSize: 1 }).readable
}

async function judgeAll(frames: ReadableStream<VideoFrame>): Promise<void> {
  const reader = frames.getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    await judge(value)
  }
}

async function judge(frame: VideoFrame): Promise<void> {
  try {
    const { timestamp } = frame
    if (!detector || timestamp - last < leastMicroseconds) return
    last = timestamp
    const { luma, width, height, stride } = await readLuma(frame)
    const verdict = detector.push(luma, { width, height, stride, timestamp })
    // The detector's own cells change with the next frame; posting copies them.
    post({ type: "verdict", verdict })
  } finally {
    frame.close()
  }
}

function post(message: FromMotionWorker): void {
  postMessage(message)
}
