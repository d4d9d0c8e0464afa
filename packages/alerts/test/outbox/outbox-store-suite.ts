import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { toQueued, type NewMessage } from "../../src/outbox/message.ts"
import type { OutboxStore } from "../../src/outbox/outbox-store.ts"

const payload = new Uint8Array([0, 1, 2, 255])
const bytesOf = (claimed: readonly { payload: Uint8Array }[]) => claimed.map((message) => [...message.payload])

/** What every outbox store must do. `open` gives one that is empty, or holds only other tests' channels. */
export function outboxStoreSuite(
  name: string,
  open: () => Promise<{ store: OutboxStore; close: () => Promise<void> }>,
) {
  describe(`outbox store: ${name}`, () => {
    let store: OutboxStore
    let close: () => Promise<void>
    let channels = 0
    beforeAll(async () => void ({ store, close } = await open()))
    afterAll(async () => await close())

    const setUp = () => {
      channels += 1
      const channel = `channel-${channels}`
      const message = (key: string, more: Partial<NewMessage> = {}, now = 1000) =>
        toQueued({ channel, destination: "me", payload, key, ...more }, now)
      const claim = async (owner: string, now: number, limit = 10, leaseMs = 100) =>
        await store.claim({ channel, owner, now, leaseMs, limit })
      const entry = async (key: string) =>
        (await store.list({ channel, limit: 1000 })).find((candidate) => candidate.key === key)
      return { channel, message, claim, entry }
    }

    test("keeps a message once per key, channel and destination", async () => {
      const { message, claim } = setUp()
      const [first, again] = [message("a"), message("a", { payload: new Uint8Array([9]) })]
      expect(await store.add([first])).toEqual([first.id])
      expect(await store.add([again, message("a", { destination: "you" })])).toHaveLength(1)
      expect(await store.add([])).toEqual([])
      expect(bytesOf(await claim("w", 1000))).toEqual([
        [0, 1, 2, 255],
        [0, 1, 2, 255],
      ])
    })

    test("adds more than fits into one statement, all or nothing", async () => {
      const { message, claim } = setUp()
      const many = Array.from({ length: 1203 }, (_, index) => message(`m${index}`))
      expect(await store.add(many)).toHaveLength(1203)
      expect(await claim("w", 1000, 5000)).toHaveLength(1203)
    })

    test("claims what is due, the urgent first, then by time, and only its own channel", async () => {
      const { message, claim } = setUp()
      await store.add([
        message("late", { notBefore: 1300 }),
        message("low", { priority: "low" }),
        message("second", {}, 1200),
        message("first"),
        message("urgent", { priority: "urgent", notBefore: 1250 }),
      ])
      await store.add([setUp().message("other")])
      expect((await claim("w", 1250, 3)).map(({ key }) => key)).toEqual(["urgent", "first", "second"])
      expect((await claim("w", 1250)).map(({ key }) => key)).toEqual(["low"])
      expect(await claim("w", 1299)).toEqual([])
    })

    test("two workers never hold one message", async () => {
      const { message, claim } = setUp()
      await store.add(Array.from({ length: 100 }, (_, index) => message(`m${index}`)))
      const taken = await Promise.all(
        Array.from({ length: 10 }, async (_, worker) => await claim(`w${worker}`, 1000, 15)),
      )
      const ids = taken.flat().map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBe(100)
    })

    test("a lapsed lease goes to another worker, and the first one's outcome no longer counts", async () => {
      const { message, claim, entry } = setUp()
      await store.add([message("a")])
      const [mine] = await claim("slow", 1000)
      expect(await claim("other", 1099)).toEqual([])
      const [theirs] = await claim("other", 1100)
      expect(theirs).toMatchObject({ id: mine?.id, attempts: 2 })
      const id = mine?.id ?? ""
      expect(await store.settle("slow", [{ id, state: "sent", at: 1101 }])).toBe(0)
      expect(await store.settle("slow", [{ id, state: "dead", at: 1101, code: "ALERTS_REJECTED" }])).toBe(0)
      expect(await store.extend("slow", [id], 9000)).toEqual([])
      expect(await entry("a")).toMatchObject({ state: "waiting" })
      expect(await store.settle("other", [{ id, state: "sent", at: 1102 }])).toBe(1)
      expect(await entry("a")).toMatchObject({ state: "sent", attempts: 2, code: null, updatedAt: 1102 })
      expect(await store.settle("other", [{ id, state: "sent", at: 1103 }])).toBe(0)
    })

    test("an extended lease does not lapse", async () => {
      const { message, claim, channel } = setUp()
      await store.add([message("a")])
      const [held] = await claim("w", 1000)
      expect(await store.extend("w", [held?.id ?? ""], 5000)).toEqual([held?.id])
      expect(await claim("other", 4999)).toEqual([])
      expect(await store.nextDue(channel)).toBe(5000)
      expect(await claim("other", 5000)).toHaveLength(1)
    })

    test("outcomes of one batch: sent, retried, put off, dead, expired", async () => {
      const { message, claim, entry } = setUp()
      await store.add(["sent", "retried", "putOff", "dead", "expired"].map((key) => message(key)))
      const held = await claim("w", 1000)
      const idOf = (key: string) => held.find((candidate) => candidate.key === key)?.id ?? ""
      const settled = await store.settle("w", [
        { id: idOf("sent"), state: "sent", at: 2000 },
        { id: idOf("retried"), state: "waiting", at: 2000, dueAt: 7000, code: "ALERTS_TIMED_OUT" },
        { id: idOf("putOff"), state: "waiting", at: 2000, dueAt: 6000, uncounted: true },
        { id: idOf("dead"), state: "dead", at: 2000, code: "ALERTS_REJECTED" },
        { id: idOf("expired"), state: "expired", at: 2000 },
      ])
      expect(settled).toBe(5)
      expect(await entry("sent")).toMatchObject({ state: "sent", attempts: 1 })
      expect(await entry("retried")).toMatchObject({
        state: "waiting",
        attempts: 1,
        dueAt: 7000,
        code: "ALERTS_TIMED_OUT",
      })
      expect(await entry("putOff")).toMatchObject({ state: "waiting", attempts: 0, dueAt: 6000, code: null })
      expect(await entry("dead")).toMatchObject({ state: "dead", code: "ALERTS_REJECTED" })
      expect(await entry("expired")).toMatchObject({ state: "expired" })
      expect((await claim("w", 6999)).map(({ key }) => key)).toEqual(["putOff"])
    })

    test("a dead message keeps its payload and can be replayed; no other one can", async () => {
      const { message, claim, entry } = setUp()
      await store.add([message("dead", { expiresAt: 3000 }), message("sent")])
      const held = await claim("w", 1000)
      const [dead, sent] = ["dead", "sent"].map((key) => held.find((candidate) => candidate.key === key)?.id ?? "")
      await store.settle("w", [
        { id: dead ?? "", state: "dead", at: 2000, code: "ALERTS_GONE" },
        { id: sent ?? "", state: "sent", at: 2000 },
      ])
      expect(await store.replay([dead ?? "", sent ?? "", "unknown"], 4000)).toBe(1)
      expect(await store.replay([], 4000)).toBe(0)
      expect(await entry("dead")).toMatchObject({ state: "waiting", attempts: 0, dueAt: 4000 })
      const [again] = await claim("w", 4000)
      expect(again).toMatchObject({ key: "dead", attempts: 1, expiresAt: null })
      expect([...(again?.payload ?? [])]).toEqual([...payload])
    })

    test("defer() puts off what waits for a destination, not what is under way and not its neighbours", async () => {
      const { message, claim, channel, entry } = setUp()
      await store.add([message("held")])
      await claim("w", 1000)
      await store.add([
        message("waits"),
        message("far", { notBefore: 9000 }),
        message("neighbour", { destination: "you" }),
      ])
      await store.defer(channel, "me", 5000)
      expect(await entry("held")).toMatchObject({ dueAt: 1100 })
      expect(await entry("waits")).toMatchObject({ dueAt: 5000 })
      expect(await entry("far")).toMatchObject({ dueAt: 9000 })
      expect(await entry("neighbour")).toMatchObject({ dueAt: 1000 })
    })

    test("nextDue() is the earliest of its channel", async () => {
      const { message, channel } = setUp()
      expect(await store.nextDue(channel)).toBeUndefined()
      await store.add([message("a", { notBefore: 3000 }), message("b", { notBefore: 2000, priority: "low" })])
      expect(await store.nextDue(channel)).toBe(2000)
    })

    test("removeBefore() removes only that state, only what is old", async () => {
      const { message, claim, channel } = setUp()
      await store.add(["a", "b", "c"].map((key) => message(key)))
      const held = await claim("w", 1000)
      const at = (index: number) => held[index]?.id ?? ""
      await store.settle("w", [{ id: at(0), state: "sent", at: 2_000_000 }])
      await store.settle("w", [{ id: at(1), state: "dead", at: 2_000_000, code: "ALERTS_GONE" }])
      expect(await store.removeBefore("sent", 2_000_000)).toBeGreaterThanOrEqual(0)
      expect(await store.list({ channel, limit: 10 })).toHaveLength(3)
      expect(await store.removeBefore("sent", 2_000_001)).toBeGreaterThanOrEqual(1)
      expect(await store.list({ channel, limit: 10 })).toHaveLength(2)
      await store.removeBefore("dead", 2_000_001)
      expect(await store.list({ channel, limit: 10 })).toHaveLength(1)
    })

    test("mendClock() brings back what a clock far ahead put off", async () => {
      const { message, claim, entry } = setUp()
      await store.add([message("ahead", {}, 900_000_000), message("near", { notBefore: 1_000_000 }, 100_000)])
      const [held] = await claim("w", 900_000_000, 1)
      expect(held?.key).toBe("near")
      await store.settle("w", [{ id: held?.id ?? "", state: "waiting", at: 100_500, dueAt: 1_000_000 }])
      expect(await store.mendClock(100_000, 60_000)).toBeGreaterThanOrEqual(1)
      expect(await entry("ahead")).toMatchObject({ dueAt: 100_000 })
      expect(await entry("near")).toMatchObject({ dueAt: 1_000_000 })
    })

    test("mendClock() ends a lease that a clock far ahead gave", async () => {
      const { message, claim } = setUp()
      await store.add([message("a")])
      expect(await claim("dead", 900_000_000)).toHaveLength(1)
      expect(await claim("w", 100_000)).toEqual([])
      await store.mendClock(100_000, 60_000)
      expect(await claim("w", 100_000)).toHaveLength(1)
    })

    test("list() filters, newest first", async () => {
      const { message, channel, claim } = setUp()
      await store.add([message("old", {}, 1000), message("new", {}, 2000)])
      const [held] = await claim("w", 1500)
      await store.settle("w", [{ id: held?.id ?? "", state: "sent", at: 1600 }])
      const all = await store.list({ channel, limit: 10 })
      expect(all.map(({ key }) => key)).toEqual(["new", "old"])
      expect((await store.list({ channel, state: "waiting", limit: 10 })).map(({ key }) => key)).toEqual(["new"])
      expect(await store.list({ channel, limit: 1 })).toHaveLength(1)
      expect(Object.keys(all[0] ?? {}).toSorted()).toEqual([
        "attempts",
        "channel",
        "code",
        "createdAt",
        "destination",
        "dueAt",
        "id",
        "key",
        "state",
        "updatedAt",
      ])
    })
  })
}
