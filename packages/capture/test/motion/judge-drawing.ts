import { createMotionDetector, type MotionDetectorOptions, type MotionVerdict } from "@darkslide/capture/motion"
import type { DrawnFrames } from "./drawn-frames.ts"

/** Every verdict on a drawing, ten frames a second; cells are copied. */
export function judgeDrawing(frames: DrawnFrames, options: MotionDetectorOptions = {}): MotionVerdict[] {
  const detector = createMotionDetector(options)
  const { width, height, count } = frames
  return Array.from({ length: count }, (_, index) => {
    const verdict = detector.push(frames.frame(index), { width, height, timestamp: index * 100_000 })
    return { ...verdict, cells: verdict.cells.slice() }
  })
}

/** A number for everything in the verdicts, to the last bit (FNV-1a). */
export function fingerprint(verdicts: readonly MotionVerdict[]): string {
  let hash = 0x811c9dc5
  const add = (text: string) => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  }
  for (const { cells, ...rest } of verdicts) {
    add(JSON.stringify(rest))
    add(cells.join(""))
  }
  return hash.toString(16).padStart(8, "0")
}

/** Of `golden()`, in Node and in Chromium. Changes when the model does: look at the verdicts, then write the new one. */
export const goldenFingerprint = "6332f250"
