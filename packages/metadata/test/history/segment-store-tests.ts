import { expect, test } from "vitest"
import type { SegmentStore } from "../../src/history/segment-store.ts"

/** What every `SegmentStore` does; run it on each adapter. `open` gives an empty store. */
export function segmentStoreTests(open: () => Promise<SegmentStore>): void {
  const bytes = (value: number): Uint8Array => new Uint8Array(64).fill(value)
  const numbers = async (store: SegmentStore, from = 1): Promise<readonly number[]> =>
    (await store.list({ from })).map(({ number }) => number)

  test("gives back what was put, and its size, in order", async () => {
    const store = await open()
    for (const number of [2, 1, 10, 3]) expect(await store.put(number, bytes(number), {})).toBe("stored")
    expect(await store.get(10, {})).toEqual(bytes(10))
    expect(await store.get(4, {})).toBeUndefined()
    expect(await store.list({ from: 1 })).toEqual([1, 2, 3, 10].map((number) => ({ number, bytes: 64 })))
    expect(await numbers(store, 3)).toEqual([3, 10])
    expect(await numbers(store, 11)).toEqual([])
  })

  test("never puts one segment in place of another", async () => {
    const store = await open()
    const results = await Promise.all([7, 8, 9].map(async (value) => await store.put(1, bytes(value), {})))
    expect(results.filter((result) => result === "stored")).toHaveLength(1)
    const winner = 7 + results.indexOf("stored")
    expect(await store.get(1, {})).toEqual(bytes(winner))
    expect(await store.put(1, bytes(99), {})).toBe("taken")
    expect(await store.put(1, bytes(winner), {})).toBe("stored")
  })

  test("neither keeps nor gives out an array that the caller changes", async () => {
    const store = await open()
    const given = bytes(1)
    await store.put(1, given, {})
    given.fill(2)
    const gotten = await store.get(1, {})
    gotten?.fill(3)
    expect(await store.get(1, {})).toEqual(bytes(1))
  })

  test("takes no number again that was removed", async () => {
    const store = await open()
    for (const number of [1, 2, 3]) await store.put(number, bytes(number), {})
    await store.removeBefore(3, {})
    expect(await numbers(store)).toEqual([3])
    expect(await store.put(2, bytes(2), {})).toBe("taken")
    await store.removeBefore(2, {})
    expect(await numbers(store)).toEqual([3])
  })

  test("stops when told to", async () => {
    const store = await open()
    const reason = new Error("enough")
    const signal = AbortSignal.abort(reason)
    await expect(store.list({ from: 1, signal })).rejects.toBe(reason)
    await expect(store.get(1, { signal })).rejects.toBe(reason)
    await expect(store.put(1, bytes(1), { signal })).rejects.toBe(reason)
    await expect(store.removeBefore(1, { signal })).rejects.toBe(reason)
    expect(await numbers(store)).toEqual([])
  })
}
