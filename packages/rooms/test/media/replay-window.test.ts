import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ReplayWindow } from "../../src/media/replay-window.ts"

describe("ReplayWindow", () => {
  test("takes each counter once, in any order, as far back as 1,024", () => {
    const counter = fc.oneof(fc.nat({ max: 3000 }), fc.nat({ max: 2 ** 32 }))
    fc.assert(
      fc.property(fc.array(counter, { maxLength: 200 }), (counters) => {
        const window = new ReplayWindow()
        const seen = new Set<number>()
        let newest = -1
        for (const one of counters) {
          expect(window.take(one)).toBe(!seen.has(one) && one > newest - 1024)
          seen.add(one)
          newest = Math.max(newest, one)
        }
      }),
    )
  })

  test("forgets nothing at its edges", () => {
    const window = new ReplayWindow()
    expect([0, 1023, 0, 1024, 1, 0].map((counter) => window.take(counter))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ])
  })
})
