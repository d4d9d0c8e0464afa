import fc from "fast-check"
import { expect, test } from "vitest"
import { LeastKeys } from "../../src/history/least-keys.ts"

test("keeps the least keys of any number, in order, and counts all", () => {
  const keys = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 9000, size: "max" })
  const order = fc.constantFrom("as they come", "falling", "rising")
  fc.assert(
    fc.property(keys, fc.integer({ min: 0, max: 200 }), order, (all, wanted, order) => {
      const rising = all.toSorted((a, b) => a - b)
      const added = order === "rising" ? rising : order === "falling" ? rising.toReversed() : all
      const least = new LeastKeys(wanted)
      for (const key of added) least.add(key)
      expect([...least.sorted()]).toEqual(rising.slice(0, wanted))
      expect(least.total).toBe(all.length)
    }),
    { numRuns: 60 },
  )
})
