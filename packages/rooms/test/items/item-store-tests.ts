import { describe, expect, test } from "vitest"
import type { ItemStore, NewItem } from "../../src/items/item-store.ts"

const item = (id: string, changes: Partial<NewItem> = {}): NewItem => ({
  id,
  sealed: Uint8Array.of(1, 2, 3),
  storedAt: 1000,
  expiresAt: 2000,
  maxReads: 5,
  ...changes,
})
const plenty = { maxItems: 100, maxBytes: 10_000 }
const counted = { now: 1500, counts: true }

/** What every {@link ItemStore} must do. */
export function itemStoreTests(name: string, open: () => ItemStore): void {
  describe(`an item store (${name})`, () => {
    test("put() keeps bytes under a room and an id, once", async () => {
      const items = open()
      expect(await items.put("a", item("one"), plenty)).toBe("stored")
      expect(await items.put("a", item("one"), plenty)).toBe("stands")
      expect(await items.put("a", item("one", { sealed: Uint8Array.of(9) }), plenty)).toBe("taken")
      expect(await items.put("b", item("one", { sealed: Uint8Array.of(9) }), plenty)).toBe("stored")
      expect((await items.read("a", "one", counted))?.sealed).toEqual(Uint8Array.of(1, 2, 3))
      expect((await items.read("b", "one", counted))?.sealed).toEqual(Uint8Array.of(9))
      expect(await items.read("a", "two", counted)).toBeUndefined()
    })

    test("put() has a limit for each room, in items and bytes", async () => {
      const items = open()
      const two = { maxItems: 2, maxBytes: 7 }
      expect(await items.put("a", item("one"), two)).toBe("stored")
      expect(await items.put("a", item("two", { sealed: new Uint8Array(5) }), two)).toBe("full")
      expect(await items.put("a", item("two"), two)).toBe("stored")
      expect(await items.put("a", item("three", { sealed: new Uint8Array(1) }), two)).toBe("full")
      expect(await items.put("b", item("three"), two)).toBe("stored")
      // What expired takes no room.
      expect(await items.put("a", item("three", { storedAt: 2000, expiresAt: 3000 }), two)).toBe("stored")
    })

    test("read() counts, and the last one removes", async () => {
      const items = open()
      await items.put("a", item("one", { maxReads: 2 }), plenty)
      expect((await items.read("a", "one", { ...counted, counts: false }))?.readsLeft).toBe(2)
      expect((await items.read("a", "one", counted))?.readsLeft).toBe(1)
      expect((await items.list("a", 1500))[0]?.reads).toBe(1)
      expect((await items.read("a", "one", counted))?.readsLeft).toBe(0)
      expect(await items.read("a", "one", counted)).toBeUndefined()
      expect(await items.list("a", 1500)).toEqual([])
    })

    test("read() gives no more than the last read to two who come at once", async () => {
      const items = open()
      await items.put("a", item("one", { maxReads: 1 }), plenty)
      const both = await Promise.all([items.read("a", "one", counted), items.read("a", "one", counted)])
      expect(both.filter((read) => read !== undefined)).toHaveLength(1)
    })

    test("list() tells sizes and times in the order of arrival, without what expired", async () => {
      const items = open()
      for (const id of ["b", "a", "c"]) await items.put("a", item(id, { expiresAt: id === "a" ? 1400 : 2000 }), plenty)
      expect(await items.list("a", 1500)).toEqual(
        ["b", "c"].map((id) => ({ id, bytes: 3, storedAt: 1000, expiresAt: 2000, maxReads: 5, reads: 0 })),
      )
      expect(await items.read("a", "a", counted)).toBeUndefined()
    })

    test("remove(), clear() and sweep() take away what they say", async () => {
      const items = open()
      for (const id of ["a", "b", "c"]) await items.put("a", item(id), plenty)
      await items.put("b", item("a", { expiresAt: 1200 }), plenty)
      await items.remove("a", "b")
      await items.remove("a", "none")
      expect((await items.list("a", 0)).map(({ id }) => id)).toEqual(["a", "c"])
      await items.sweep(1200)
      expect(await items.list("b", 0)).toEqual([])
      expect(await items.list("a", 0)).toHaveLength(2)
      await items.clear("a")
      expect(await items.list("a", 0)).toEqual([])
      expect(await items.put("a", item("a", { sealed: Uint8Array.of(7) }), plenty)).toBe("stored")
    })
  })
}
