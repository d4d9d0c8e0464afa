import { describe, expect, test } from "vitest"
import { missedFrames } from "../../src/record/missed-frames.ts"

const steady = (count: number, duration: number): number[] => Array.from({ length: count }, () => duration)

describe("missedFrames()", () => {
  for (const [what, durations, missed] of [
    ["nothing", [], 0],
    ["a steady camera", steady(100, 1 / 30), 0],
    ["jitter", steady(100, 1 / 30).map((duration, i) => duration * (i % 2 === 0 ? 0.8 : 1.2)), 0],
    ["one that stands three times as long", [...steady(40, 0.04), 0.12, ...steady(40, 0.04)], 2],
    ["several", [...steady(40, 0.04), 0.08, ...steady(40, 0.04), 0.2, ...steady(4, 0.04)], 5],
    ["a camera that slows down in the dark", [...steady(100, 1 / 30), ...steady(100, 1 / 15)], 15],
  ] as const) {
    test(`${what}: ${missed}`, () => {
      expect(missedFrames(durations)).toBeLessThanOrEqual(missed)
      if (!what.includes("dark")) expect(missedFrames(durations)).toBe(missed)
    })
  }
})
