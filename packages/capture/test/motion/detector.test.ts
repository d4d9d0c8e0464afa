import { createMotionDetector } from "@darkslide/capture/motion"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { drawnFrames, golden } from "./drawn-frames.ts"
import { fingerprint, goldenFingerprint, judgeDrawing } from "./judge-drawing.ts"

const crossing = (index: number) => (index < 25 ? undefined : -40 + (index - 25) * 9)

describe("createMotionDetector()", () => {
  test("gives the same verdicts in every engine, to the last bit", () => {
    expect(fingerprint(judgeDrawing(golden()))).toBe(goldenFingerprint)
  })

  test("sees a thing within three frames, and says where", () => {
    const verdicts = judgeDrawing(drawnFrames(50, { thing: crossing }))
    const first = verdicts.findIndex((verdict) => verdict.motion)
    expect(first).toBeGreaterThanOrEqual(26)
    expect(first).toBeLessThanOrEqual(29)
    const box = verdicts[40]!.boxes.find(({ kind }) => kind === "moving")!
    expect(box.x).toBeCloseTo((-40 + 15 * 9) / 320, 1)
    expect(box.y).toBeCloseTo(60 / 180, 1)
    expect(verdicts.slice(0, 20).every(({ reason }) => reason === "learning")).toBe(true)
  })

  test("calls what stopped stationary, then background", () => {
    const verdicts = judgeDrawing(drawnFrames(200, { thing: (index) => crossing(Math.min(index, 45)) }))
    expect(verdicts.slice(60).filter(({ motion }) => motion)).toEqual([])
    expect(verdicts[62]!.reason).toBe("stationary")
    expect(verdicts.at(-1)!.reason).toBe("still")
  })

  test.each([
    ["a light that comes and goes", { light: (index: number) => (index % 40 > 20 ? 35 : 0) }],
    ["noise", { noise: 25 }],
    ["dusk", { light: (index: number) => -index / 3 }],
  ])("takes %s for no motion", (_, drawing) => {
    expect(judgeDrawing(drawnFrames(150, drawing)).filter(({ motion }) => motion)).toEqual([])
  })

  test("counts what zones say, and names the zone", () => {
    const left = [
      [0, 0],
      [0.4, 0],
      [0.4, 1],
      [0, 1],
    ] as const
    const frames = drawnFrames(70, { thing: crossing })
    const moves = (rule: "watch" | "ignore") => {
      const verdicts = judgeDrawing(frames, { zones: [{ name: "left", polygon: left, rule }] })
      return verdicts.flatMap(({ motion }, index) => (motion ? [index] : []))
    }
    expect(Math.max(...moves("watch"))).toBeLessThan(46)
    expect(Math.min(...moves("ignore"))).toBeGreaterThan(36)
    const watched = judgeDrawing(frames, { zones: [{ name: "left", polygon: left, rule: "watch" }] })
    expect(watched.find(({ motion }) => motion)!.boxes[0]!.zone).toBe("left")
  })

  test("property: whatever is pushed, a verdict comes, its boxes are inside, and the same again gives the same", () => {
    const bytes = fc.uint8Array({ minLength: 48 * 27, maxLength: 48 * 27 })
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 10 }),
        (all, sensitivity) => {
          const frames = { width: 48, height: 27, count: all.length, frame: (index: number) => all[index]! }
          const once = judgeDrawing(frames, { sensitivity, learnMs: 100 })
          for (const { boxes } of once)
            for (const { x, y, width, height } of boxes)
              expect(x >= 0 && y >= 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9).toBe(true)
          expect(fingerprint(judgeDrawing(frames, { sensitivity, learnMs: 100 }))).toBe(fingerprint(once))
        },
      ),
      { numRuns: 40 },
    )
  })

  test("refuses a caller's mistakes", () => {
    expect(() => createMotionDetector({ sensitivity: 0 })).toThrow(RangeError)
    expect(() => createMotionDetector({ zones: [{ name: "z", polygon: [[0, 0]], rule: "watch" }] })).toThrow(/zone z/)
    const detector = createMotionDetector()
    expect(() => detector.push(new Uint8Array(10), { width: 160, height: 90, timestamp: 0 })).toThrow(RangeError)
    detector.push(new Uint8Array(160 * 90), { width: 160, height: 90, timestamp: 5 })
    expect(() => detector.push(new Uint8Array(160 * 90), { width: 160, height: 90, timestamp: 5 })).toThrow(RangeError)
  })
})
