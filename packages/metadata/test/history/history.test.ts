import { generateKeyPair, open, sealHeader } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import {
  emptyHead,
  memorySegments,
  openHistory,
  type HistoryRecord,
  type SegmentStore,
} from "@darkslide/metadata/history"
import { logKeys } from "../../src/history/history-keys.ts"
import { sampleRecords } from "./sample-records.ts"

const keys = { accountId: "account", historyKey: new Uint8Array(32).fill(3) }
const idsOf = (records: readonly HistoryRecord[]): string[] => records.map(({ id }) => id).toSorted()
const all = { sort: "added", limit: 1000 } as const

async function written(store: SegmentStore, count: number): Promise<HistoryRecord[]> {
  const records = sampleRecords(count)
  const history = await openHistory({ store, keys })
  await history.append(records)
  await history.sync()
  return records
}

describe("openHistory()", () => {
  test("gives what another client stored, field by field", async () => {
    const store = memorySegments()
    const records = await written(store, 600)
    const history = await openHistory({ store, keys })
    expect((await history.search(all)).records).toEqual(records)
    expect(await history.get("capture-00000007")).toEqual(records[7])
    expect(await history.get("capture-x")).toBeUndefined()
    expect(await history.summary()).toMatchObject({ records: 600, pending: 0, segments: 2 })
    await expect(history.search({ limit: 1001 })).rejects.toThrow(RangeError)
  })

  test("starts empty, with the head of a new account's state", async () => {
    const history = await openHistory({ store: memorySegments(), keys })
    expect((await history.sync()).head).toEqual(emptyHead)
    expect(emptyHead.hash).toBe(Buffer.alloc(32).toString("base64url"))
    expect(await history.search()).toEqual({ records: [], total: 0 })
  })

  test("refuses a key of another length", async () => {
    const short = { ...keys, historyKey: new Uint8Array(16) }
    await expect(openHistory({ store: memorySegments(), keys: short })).rejects.toThrow(RangeError)
  })

  test("stops when told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"))
    await expect(openHistory({ store: memorySegments(), keys, signal })).rejects.toThrow("enough")
  })
})

describe("append() and remove()", () => {
  test("put a record in place of its id, and take it away", async () => {
    const store = memorySegments()
    const history = await openHistory({ store, keys })
    await history.append([{ id: "a", title: "first" }, { id: "b" }])
    await history.append([{ id: "a", title: "second" }])
    expect((await history.search({ words: "first" })).total).toBe(0)
    expect((await history.search(all)).records).toEqual([{ id: "b" }, { id: "a", title: "second" }])
    await history.sync()
    await history.remove(["b", "unknown"])
    await history.sync()
    const other = await openHistory({ store, keys })
    expect((await other.search(all)).records).toEqual([{ id: "a", title: "second" }])
  })

  test("refuse what is no record, and then add nothing", async () => {
    const history = await openHistory({ store: memorySegments(), keys })
    const bad: unknown[] = [
      { id: "" },
      { id: "a", taken: { local: "2024-02-30T00:00:00" } },
      { id: "a", taken: { local: "2024-05-06 07:08:09" } },
      { id: "a", place: { latitude: 91, longitude: 0 } },
      { id: "a", title: "\ud800" },
      { id: "a", flags: ["x", "x"] },
      { id: "a", unknown: 1 },
      "a",
    ]
    for (const record of bad)
      await expect(history.append([{ id: "good" }, record as HistoryRecord])).rejects.toThrow(TypeError)
    expect((await history.search()).total).toBe(0)
  })
})

test("an import of very many records at once is stored", async () => {
  const store = memorySegments()
  const history = await openHistory({ store, keys })
  await history.append(Array.from({ length: 150_000 }, (_, i) => ({ id: `${i}` })))
  await history.sync()
  expect((await (await openHistory({ store, keys })).search({ limit: 0 })).total).toBe(150_000)
})

describe("sync()", () => {
  test("brings two writers to the same history", async () => {
    const store = memorySegments()
    const [one, two] = [await openHistory({ store, keys }), await openHistory({ store, keys })]
    await one.append([{ id: "a", title: "one" }])
    await two.append([{ id: "a", title: "two" }, { id: "b" }])
    await Promise.all([one.sync(), two.sync()])
    const [first, second] = [await one.sync(), await two.sync()]
    expect(first.head).toEqual(second.head)
    expect(first.head.count).toBe(2)
    expect((await one.search(all)).records).toEqual((await two.search(all)).records)
    expect(idsOf((await one.search(all)).records)).toEqual(["a", "b"])
  })

  test("counts what is pending as later than what it reads", async () => {
    const store = memorySegments()
    const [one, two] = [await openHistory({ store, keys }), await openHistory({ store, keys })]
    await one.append([{ id: "a", title: "one" }])
    await one.sync()
    await two.append([{ id: "a", title: "two" }])
    await two.sync()
    expect(await two.get("a")).toEqual({ id: "a", title: "two" })
    await one.sync()
    expect(await one.get("a")).toEqual({ id: "a", title: "two" })
  })

  test("keeps what is pending when the store fails, and stores it once later", async () => {
    const store = memorySegments()
    let failing = true
    const flaky: SegmentStore = {
      ...store,
      async put(number, segment, options) {
        const result = await store.put(number, segment, options)
        // The answer is lost after the segment was stored: the worst moment.
        if (failing) throw new Error("connection lost")
        return result
      },
    }
    const history = await openHistory({ store: flaky, keys })
    await history.append([{ id: "a" }])
    await expect(history.sync()).rejects.toThrow("connection lost")
    expect(await history.summary()).toMatchObject({ pending: 1 })
    failing = false
    await history.sync()
    expect((await (await openHistory({ store, keys })).search(all)).records).toEqual([{ id: "a" }])
  })

  test("gives up when others are always faster, and loses nothing", async () => {
    const store: SegmentStore = { ...memorySegments(), put: async () => "taken" }
    const history = await openHistory({ store, keys })
    await history.append([{ id: "a" }])
    await expect(history.sync()).rejects.toMatchObject({ code: "HISTORY_CONFLICT" })
    expect(await history.summary()).toMatchObject({ pending: 1, records: 1 })
  })
})

describe("compact()", () => {
  test("keeps what stands, and leaves nothing of the rest in the store", async () => {
    const store = memorySegments()
    const records = await written(store, 700)
    const history = await openHistory({ store, keys })
    const other = await openHistory({ store, keys })
    for (const { id } of records.slice(0, 20)) {
      await history.remove([id])
      await history.sync()
    }
    const { head, compactable } = await history.sync()
    expect(compactable).toBe(true)
    const compacted = await history.compact()
    expect(compacted).toMatchObject({ compactable: false, head: { count: head.count + 2 } })
    expect((await store.list({ from: 1 })).map(({ number }) => number)).toEqual([23, 24])
    await other.sync()
    for (const client of [history, other, await openHistory({ store, keys, head: compacted.head })]) {
      expect(idsOf((await client.search(all)).records)).toEqual(idsOf(records.slice(20)))
      expect(await client.sync()).toMatchObject({ head: compacted.head, pulled: 0, pushed: 0 })
    }
  })

  test("starts again when another writes in between", async () => {
    const store = memorySegments()
    await written(store, 600)
    const other = await openHistory({ store, keys })
    let interrupted = false
    const history = await openHistory({
      store: {
        ...store,
        async put(number, segment, options) {
          if (number === 4 && !interrupted) {
            interrupted = true
            await other.remove(["capture-00000001"])
            await other.sync()
          }
          return await store.put(number, segment, options)
        },
      },
      keys,
    })
    await history.compact()
    expect(interrupted).toBe(true)
    const reader = await openHistory({ store, keys })
    expect((await reader.search()).total).toBe(599)
    expect(await reader.get("capture-00000001")).toBeUndefined()
  })

  test("that could not remove leaves a history that opens", async () => {
    const store = memorySegments()
    await written(store, 600)
    const stuck: SegmentStore = { ...store, removeBefore: async () => await Promise.reject(new Error("cut off")) }
    const history = await openHistory({ store: stuck, keys })
    await expect(history.compact()).rejects.toThrow("cut off")
    expect((await (await openHistory({ store, keys })).search()).total).toBe(600)
    // The server got as far as removing the first.
    await store.removeBefore(2, {})
    expect((await (await openHistory({ store, keys })).search()).total).toBe(600)
  })
})

describe("a segment", () => {
  test("is an age payload: with a header for its file key it is an age file of JSON Lines", async () => {
    const store = memorySegments()
    const records = await written(store, 3)
    const me = generateKeyPair()
    const header = await sealHeader(logKeys(keys, "captures").fileKey(1), { to: [me.recipient] })
    const sealed = await store.get(1, {})
    const file = new Uint8Array([...header, ...(sealed ?? [])])
    const lines = new TextDecoder()
      .decode(await open(file, { with: [me] }))
      .trim()
      .split("\n")
    expect(lines.map((line) => JSON.parse(line) as unknown).slice(1)).toEqual(records)
  })

  test("tells its size class alone", async () => {
    const sizes = new Set<number>()
    for (const count of [1, 2, 5, 9]) {
      const store = memorySegments()
      await written(store, count)
      sizes.add((await store.list({ from: 1 }))[0]?.bytes ?? 0)
    }
    expect(sizes.size).toBe(1)
  })

  test("holds no word of a record in clear", async () => {
    const store = memorySegments()
    const history = await openHistory({ store, keys })
    const canary = "CANARY-xylophone"
    await history.append([
      {
        id: canary,
        title: canary,
        description: canary,
        keywords: [canary],
        camera: canary,
        room: canary,
        fileName: canary,
        place: { latitude: 1, longitude: 2, name: canary },
      },
    ])
    await history.sync()
    await history.append([{ id: `${canary}-2` }])
    await history.compact()
    const held = await Promise.all(
      (await store.list({ from: 1 })).map(async ({ number }) => await store.get(number, {})),
    )
    expect(held.length).toBeGreaterThan(0)
    for (const bytes of held) {
      const text = Buffer.from(bytes ?? [])
        .toString("latin1")
        .toLowerCase()
      for (const part of ["canary", "xylophone", "latitude", "account", "captures"]) expect(text).not.toContain(part)
    }
  })
})
