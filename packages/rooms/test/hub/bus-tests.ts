import { describe, expect, test, vi } from "vitest"
import type { Bus, BusEvent } from "../../src/hub/bus.ts"

const event: BusEvent = { t: "hint", from: 1, body: "AA" }

/** What every {@link Bus} must do. */
export function busTests(name: string, open: () => Bus): void {
  describe(`a bus (${name})`, () => {
    test("carries events to all who listen to a room, and to no other", async () => {
      const bus = open()
      const [a, alsoA, b]: BusEvent[][] = [[], [], []]
      bus.subscribe("a", (got) => a?.push(got))
      bus.subscribe("a", (got) => alsoA?.push(got))
      bus.subscribe("b", (got) => b?.push(got))
      bus.publish("a", event)
      bus.publish("c", event)
      await vi.waitFor(() => expect([a, alsoA]).toEqual([[event], [event]]))
      expect(b).toEqual([])
    })

    test("stops when told", async () => {
      const bus = open()
      const [ended, other]: BusEvent[][] = [[], []]
      bus.subscribe("a", (got) => ended?.push(got))()
      bus.subscribe("a", (got) => other?.push(got))
      bus.publish("a", event)
      await vi.waitFor(() => expect(other).toEqual([event]))
      expect(ended).toEqual([])
    })
  })
}
