import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { memorySegments, openHistory, type HistoryHead, type SegmentStore } from "@darkslide/metadata/history"
import { sampleRecords } from "./sample-records.ts"

const keys = { accountId: "account", historyKey: new Uint8Array(32).fill(3) }
const refused = /^HISTORY_(?:TAMPERED|INCOMPLETE|ROLLED_BACK)$/

/** A store with `count` segments, and the head behind each of them. */
async function history(
  count: number,
  of = keys,
  log?: string,
): Promise<{ segments: Uint8Array[]; heads: HistoryHead[] }> {
  const store = memorySegments()
  const writer = await openHistory({ store, keys: of, log })
  const heads: HistoryHead[] = []
  for (const record of sampleRecords(count)) {
    await writer.append([record])
    heads.push((await writer.sync()).head)
  }
  return { segments: await Promise.all(heads.map(async ({ count }) => await held(store, count))), heads }
}

async function held(store: SegmentStore, number: number): Promise<Uint8Array> {
  const segment = await store.get(number, {})
  if (!segment) throw new Error(`no segment ${number}`)
  return segment
}

/** A server that shows these segments as 1, 2, 3 and so on. */
async function showing(segments: readonly (Uint8Array | undefined)[]): Promise<SegmentStore> {
  const store = memorySegments()
  for (const [i, segment] of segments.entries()) if (segment) await store.put(i + 1, segment, {})
  return store
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => "opened",
    (error: unknown) => (error as { code: string }).code,
  )

const six = await history(6)
const head = six.heads[5]

describe("a server that lies about a history", () => {
  test("cannot change a bit of it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(5),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        fc.nat(7),
        async (i, where, bit) => {
          const segments = six.segments.map((segment) => segment.slice())
          const segment = segments[i]
          if (!segment) return
          const at = Math.floor(where * segment.length)
          segment[at] = (segment[at] ?? 0) ^ (1 << bit)
          expect(await codeOf(openHistory({ store: await showing(segments), keys }))).toBe("HISTORY_TAMPERED")
        },
      ),
      { numRuns: 60 },
    )
  })

  test("cannot cut a segment or add to it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.integer({ min: -4200, max: 5000 }), async (i, bytes) => {
        fc.pre(bytes !== 0)
        const segments = six.segments.map((segment, at) => {
          if (at !== i) return segment
          if (bytes < 0) return segment.slice(0, Math.max(0, segment.length + bytes))
          return new Uint8Array([...segment, ...new Uint8Array(bytes)])
        })
        expect(await codeOf(openHistory({ store: await showing(segments), keys }))).toBe("HISTORY_TAMPERED")
      }),
      { numRuns: 40 },
    )
  })

  test("cannot show the segments in another order, twice or in place of each other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), async (order) => {
        const honest = order.every((from, at) => from === at)
        const segments = order.map((from) => six.segments[from])
        const code = await codeOf(openHistory({ store: await showing(segments), keys }))
        expect(code).toBe(honest ? "opened" : "HISTORY_TAMPERED")
      }),
      { numRuns: 60 },
    )
  })

  test("cannot leave any out, for a client that saw the head", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([0, 1, 2, 3, 4, 5], { maxLength: 5 }), async (kept) => {
        const segments = six.segments.map((segment, at) => (kept.includes(at) ? segment : undefined))
        expect(await codeOf(openHistory({ store: await showing(segments), keys, head }))).toMatch(refused)
      }),
    )
  })

  test("can show an older history only to a client that did not see the newer", async () => {
    const store = await showing(six.segments.slice(0, 4))
    expect(await codeOf(openHistory({ store, keys, head }))).toBe("HISTORY_ROLLED_BACK")
    expect(await codeOf(openHistory({ store, keys, head: six.heads[3] }))).toBe("opened")
    expect(await codeOf(openHistory({ store, keys }))).toBe("opened")
  })

  test("cannot roll back a client that has it open", async () => {
    let store = await showing(six.segments)
    const lying: SegmentStore = {
      list: async (options) => await store.list(options),
      get: async (number, options) => await store.get(number, options),
      put: async (number, segment, options) => await store.put(number, segment, options),
      removeBefore: async (number, options) => await store.removeBefore(number, options),
    }
    const client = await openHistory({ store: lying, keys })
    store = await showing(six.segments.slice(0, 4))
    await client.append([{ id: "new" }])
    expect(await codeOf(client.sync())).toBe("HISTORY_ROLLED_BACK")
    expect((await store.list({ from: 5 })).length).toBe(0)
    expect((await client.search()).total).toBe(7)
  })

  test("cannot pass off another branch, account, log or key", async () => {
    const branch = await history(6)
    const others = [
      branch,
      await history(6, { ...keys, accountId: "another" }),
      await history(6, keys, "another"),
      await history(6, { ...keys, historyKey: new Uint8Array(32).fill(4) }),
    ]
    for (const other of others) {
      const whole = openHistory({ store: await showing(other.segments), keys, head })
      expect(await codeOf(whole)).toBe("HISTORY_TAMPERED")
      for (let from = 1; from < 6; from++) {
        const spliced = await showing([...six.segments.slice(0, from), ...other.segments.slice(from)])
        expect(await codeOf(openHistory({ store: spliced, keys }))).toBe("HISTORY_TAMPERED")
      }
    }
  })

  test("cannot replace what a client saw by a compaction of another branch", async () => {
    const store = await showing((await history(6)).segments)
    const other = await openHistory({ store, keys })
    await other.compact()
    for (const seen of [2, 3, 5]) {
      const known = openHistory({ store, keys, head: six.heads[seen] })
      expect(await codeOf(known)).toBe("HISTORY_TAMPERED")
    }
    expect(await codeOf(openHistory({ store, keys }))).toBe("opened")
  })

  test("cannot hide one part of a compaction", async () => {
    const store = memorySegments()
    const writer = await openHistory({ store, keys })
    await writer.append(sampleRecords(1200))
    await writer.compact()
    const infos = await store.list({ from: 1 })
    expect(infos.length).toBeGreaterThan(2)
    for (const hidden of infos) {
      const lying: SegmentStore = {
        ...store,
        list: async (options) => (await store.list(options)).filter(({ number }) => number !== hidden.number),
      }
      const code = await codeOf(openHistory({ store: lying, keys, head: (await writer.sync()).head }))
      expect(code).toMatch(refused)
    }
  })

  test("cannot list out of order, or what it does not give", async () => {
    const store = await showing(six.segments)
    const listed = await store.list({ from: 1 })
    const reversed = { ...store, list: async () => listed.toReversed() }
    expect(await codeOf(openHistory({ store: reversed, keys }))).toBe("HISTORY_TAMPERED")
    const more = { ...store, list: async () => [...listed, { number: 7, bytes: 1 }] }
    expect(await codeOf(openHistory({ store: more, keys }))).toBe("HISTORY_INCOMPLETE")
  })
})
