import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { FrameTimes } from "../../src/record/frame-times.ts"

function timesOf(given: readonly number[]): readonly (number | undefined)[] {
  const times = new FrameTimes()
  return given.map((timestampUs) => times.next(timestampUs))
}

describe("FrameTimes", () => {
  test("leaves times alone that go forward", () => {
    const given = [5, 40_000, 80_000, 3_000_000]
    expect(timesOf(given)).toEqual(given)
  })

  test("has no time for a frame that comes late", () => {
    expect(timesOf([0, 40_000, 120_000, 80_000, 160_000])).toEqual([0, 40_000, 120_000, undefined, 160_000])
  })

  test("puts two frames of one moment a millisecond apart", () => {
    expect(timesOf([0, 40_000, 40_000, 40_000, 41_500, 80_000])).toEqual([0, 40_000, 41_000, 42_000, 43_000, 80_000])
  })

  test("goes on where the clock begins anew", () => {
    expect(timesOf([9_000_000, 9_040_000, 10, 40_010, 80_010])).toEqual([
      ...[9_000_000, 9_040_000, 9_040_001, 9_080_001, 9_120_001],
    ])
  })

  test("only goes forward, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000_000 })), (given) => {
        const times = timesOf(given).filter((at) => at !== undefined)
        expect(times.slice(1).every((at, index) => at > (times[index] ?? 0))).toBe(true)
        if (given.length > 0) expect(times.length).toBeGreaterThan(0)
      }),
    )
  })
})
