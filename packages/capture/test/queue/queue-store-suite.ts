import type { QueueStore, StoredItem } from "@darkslide/capture/queue"
import { describe, expect, test } from "vitest"

/** What a queue expects of its store: run by every adapter. `open` gives a fresh, empty one. */
export function queueStoreSuite(name: string, open: () => Promise<QueueStore>): void {
  describe(name, () => {
    test("keeps an item whole: row, parts and each chunk", async () => {
      const store = await open()
      const item = itemOf("one")
      await store.add(item)
      expect(await store.rows()).toEqual([{ id: "one", row: item.row }])
      expect(await store.parts("one")).toEqual(item.parts)
      expect(await Promise.all([0, 1, 2].map((index) => store.chunk("one", index)))).toEqual([
        ...item.chunks,
        undefined,
      ])
    })

    test("refuses an id twice and keeps the first", async () => {
      const store = await open()
      await store.add(itemOf("one"))
      await expect(store.add({ ...itemOf("one"), chunks: [new Uint8Array([9])] })).rejects.toThrow(TypeError)
      expect(await store.chunk("one", 0)).toEqual(itemOf("one").chunks[0])
    })

    test("changes fields of a row that is there, also many at once, and tells when it is gone", async () => {
      const store = await open()
      await store.add(itemOf("one"))
      const changes = Array.from({ length: 10 }, (_, attempts) => store.update("one", { attempts }))
      expect(await Promise.all([...changes, store.update("one", { state: "failed" })])).not.toContain(false)
      expect(await store.rows()).toMatchObject([{ row: { attempts: 9, state: "failed", bytes: 5 } }])
      expect(await store.update("two", { attempts: 1 })).toBe(false)
      expect(await store.rows()).toHaveLength(1)
    })

    test("removes one item and nothing of the others, whose ids may look alike", async () => {
      const store = await open()
      for (const id of ["a", "ab", "a,", "b"]) await store.add(itemOf(id))
      await store.remove("a")
      await store.remove("a")
      expect((await store.rows()).map(({ id }) => id).toSorted()).toEqual(["a,", "ab", "b"])
      expect([await store.parts("a"), await store.chunk("a", 0)]).toEqual([undefined, undefined])
      for (const id of ["ab", "a,", "b"]) expect(await store.chunk(id, 1)).toEqual(itemOf(id).chunks[1])
    })

    test("can be used again after close()", async () => {
      const store = await open()
      await store.close()
      await store.add(itemOf("one"))
      expect(await store.rows()).toHaveLength(1)
      await store.close()
    })
  })
}

function itemOf(id: string): StoredItem {
  return {
    row: {
      v: 1,
      id,
      state: "queued",
      bytes: 5,
      chunkBytes: 3,
      upload: null,
      sentBytes: 0,
      createdAt: 1,
      expiresAt: null,
      attempts: 0,
      nextAt: 0,
      failure: null,
    },
    parts: { header: new Uint8Array([1, 2]), skipped: [1, 4], name: "x", flag: true, none: null },
    chunks: [new Uint8Array([1, 2, 3]), new Uint8Array([4, id.length])],
  }
}
