// The worker of `watchMotion`: judges frames as they come, closes every one.
import { createMotionDetector } from "./motion/detector.ts"
import { createLumaReader } from "./motion/frame-luma.ts"
import type { FromMotionWorker, ToMotionWorker } from "./motion/worker-messages.ts"
import { readFrames } from "./frames/read-frames.ts"

addEventListener("message", (event: MessageEvent<ToMotionWorker>) => {
  judgeAll(event.data).then(
    () => post({ type: "ended" }),
    (error: unknown) => post({ type: "failed", message: error instanceof Error ? error.message : "unknown" }),
  )
})

async function judgeAll({ options, perSecond, frames }: ToMotionWorker): Promise<void> {
  const detector = createMotionDetector(options)
  const readLuma = createLumaReader()
  // Nine tenths: a camera's own rhythm is not exact, and every third frame is meant to stay every third.
  const leastMicroseconds = 900_000 / perSecond
  const reader = (await readFrames(frames)).getReader()
  let last = Number.NEGATIVE_INFINITY
  for (;;) {
    const { value: frame, done } = await reader.read()
    if (done) return
    try {
      const { timestamp } = frame
      if (timestamp - last < leastMicroseconds) continue
      last = timestamp
      const { luma, width, height, stride } = await readLuma(frame)
      // The detector's own cells change with the next frame; posting copies them.
      post({ type: "verdict", verdict: detector.push(luma, { width, height, stride, timestamp }) })
    } finally {
      frame.close()
    }
  }
}

function post(message: FromMotionWorker): void {
  postMessage(message)
}
