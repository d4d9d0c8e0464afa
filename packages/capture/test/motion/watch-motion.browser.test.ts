import { watchMotion } from "@darkslide/capture"
import { describe, expect, test } from "vitest"
import { golden } from "./drawn-frames.ts"
import { fingerprint, goldenFingerprint, judgeDrawing } from "./judge-drawing.ts"

const worker = () => new Worker(new URL("../../src/motion-worker.ts", import.meta.url), { type: "module" })

describe("in Chromium", () => {
  test("the detector gives the same verdicts as in Node, to the last bit", () => {
    expect(fingerprint(judgeDrawing(golden()))).toBe(goldenFingerprint)
  })

  test.each(["readable of a track processor", "frames of a video element"])(
    "watchMotion() sees the fake camera move by %s",
    async (way) => {
      const global = globalThis as { MediaStreamTrackProcessor?: unknown }
      const processor = global.MediaStreamTrackProcessor
      if (way.startsWith("frames")) delete global.MediaStreamTrackProcessor
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } })
      try {
        const reasons: string[] = []
        for await (const verdict of watchMotion(stream, { worker, learnMs: 300, sensitivity: 8 })) {
          reasons.push(verdict.reason)
          expect(verdict.grid).toEqual({ columns: 106, rows: 60, cellPixels: 12 })
          expect(verdict.cells).toHaveLength(106 * 60)
          if (verdict.motion) break
        }
        expect(reasons[0]).toBe("learning")
        expect(reasons.at(-1)).toBe("motion")
        expect(stream.getVideoTracks()[0]!.readyState).toBe("live")
      } finally {
        global.MediaStreamTrackProcessor = processor
        for (const track of stream.getTracks()) track.stop()
      }
    },
  )

  test("watchMotion() ends with its signal's reason", async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true })
    const stop = new AbortController()
    const watching = (async () => {
      for await (const _ of watchMotion(stream, { worker, signal: stop.signal })) stop.abort(new Error("enough"))
    })()
    await expect(watching).rejects.toThrow("enough")
    for (const track of stream.getTracks()) track.stop()
  })
})
