// Runs in a worker in Chromium: what a 720p frame costs the detector, beside what every page does with a canvas.
import { createMotionDetector } from "@darkslide/capture/motion"
import { answerMessages } from "../../../../tools/bench/answer-messages.ts"
import { createLumaReader } from "../../src/motion/frame-luma.ts"

const [width, height] = [1280, 720]
/** Frames that are drawn once, and how often all of them are judged: the first rounds warm both sides up. */
const [frameCount, warm, rounds] = [24, 20, 40]

answerMessages(measure)

/** All frames back to back by one way, then by the other: nothing waits for a frame to arrive, so time is CPU time. */
async function measure(): Promise<{ ours: number; canvas: number; motion: number }> {
  const detector = createMotionDetector()
  const readLuma = createLumaReader()
  const canvas = new OffscreenCanvas(160, 90)
  const context = canvas.getContext("2d")
  if (!context) throw new Error("no canvas")
  const frames = Array.from({ length: frameCount }, (_, index) => drawFrame(index))
  const times = { ours: [] as number[], canvas: [] as number[] }
  let motion = 0
  let timestamp = 0
  for (let round = 0; round < warm + rounds; round++) {
    const start = performance.now()
    for (const frame of frames) {
      const { luma, width, height, stride } = await readLuma(frame)
      timestamp += 100_000
      if (detector.push(luma, { width, height, stride, timestamp }).motion) motion++
    }
    const middle = performance.now()
    for (const frame of frames) {
      context.drawImage(frame, 0, 0, 160, 90)
      context.getImageData(0, 0, 160, 90)
    }
    const end = performance.now()
    if (round < warm) continue
    times.ours.push((middle - start) / frameCount)
    times.canvas.push((end - middle) / frameCount)
  }
  for (const frame of frames) frame.close()
  return { ours: median(times.ours) * 1000, canvas: median(times.canvas) * 1000, motion }
}

/** Texture, noise, and a thing that crosses it, so that every part of the detector has work to do. */
function drawFrame(index: number): VideoFrame {
  const bytes = new Uint8Array((width * height * 3) / 2).fill(128)
  let state = index * 7919 + 1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      const left = (index * 12) % width
      const inside = x >= left && x < left + 90 && y > 250 && y < 420
      bytes[i] = (inside ? 210 : 80 + (((x >> 4) * 31 + (y >> 4) * 17) % 60)) + ((state >>> 16) & 7)
    }
  }
  return new VideoFrame(bytes, { format: "I420", codedWidth: width, codedHeight: height, timestamp: index * 100_000 })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
