import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { AlertsError } from "../../src/errors.ts"
import { memoryStore } from "../../src/memory/memory-store.ts"
import type { Deliver, Delivery, OutboxChannel, OutboxEvent } from "../../src/outbox/deliver.ts"
import type { NewMessage } from "../../src/outbox/message.ts"
import { createOutbox } from "../../src/outbox/outbox.ts"
import type { OutboxStore } from "../../src/outbox/outbox-store.ts"
import { TravellingClock } from "../travelling-clock.ts"

const payload = new Uint8Array([1, 2, 3])
const message = (key: string, more: Partial<NewMessage> = {}): NewMessage => ({
  channel: "post",
  destination: "me",
  payload,
  key,
  ...more,
})

function setUp(deliver: Deliver, channel: Omit<Partial<OutboxChannel>, "deliver"> = {}) {
  const clock = new TravellingClock()
  const store = memoryStore()
  const events: OutboxEvent[] = []
  const report = (event: OutboxEvent) => void events.push(event)
  const outbox = createOutbox({ store, clock, report, channels: { post: { deliver, ...channel } } })
  const state = async (key: string) => (await outbox.entries()).find((entry) => entry.key === key)
  return { clock, store, outbox, events, state }
}

describe("createOutbox()", () => {
  test("delivers what was enqueued, once per key", async () => {
    const got: Delivery[] = []
    const { outbox, state } = setUp(async (delivery) => void got.push(delivery))
    expect(await outbox.enqueue([message("a"), message("b"), message("a")])).toBe(2)
    expect(await outbox.enqueue(message("a"))).toBe(0)
    const three = await Promise.all([outbox.enqueue(message("c")), outbox.enqueue(message("c")), outbox.enqueue([])])
    expect(three).toEqual([1, 0, 0])
    await outbox.deliverDue()
    await outbox.deliverDue()
    expect(got.map(({ key }) => key).toSorted()).toEqual(["a", "b", "c"])
    expect(got[0]).toMatchObject({ channel: "post", destination: "me", payload, attempt: 1 })
    expect(await state("a")).toMatchObject({ state: "sent", attempts: 1 })
  })

  test("keeps no payload of what was delivered", async () => {
    const { outbox, store } = setUp(async () => undefined)
    await outbox.enqueue(message("a"))
    await outbox.deliverDue()
    expect(JSON.stringify(store)).not.toContain("1,2,3")
  })

  test("refuses what makes no sense", async () => {
    const { outbox } = setUp(async () => undefined)
    const bad: readonly Partial<NewMessage>[] = [
      { channel: "unknown" },
      { key: "" },
      { key: "x".repeat(201) },
      { payload: new Uint8Array((8 << 20) + 1) },
      { destination: "x".repeat(5000) },
      { notBefore: Number.NaN },
      { expiresAt: 1.5 },
    ]
    for (const more of bad) await expect(outbox.enqueue(message("a", more))).rejects.toThrow(RangeError)
  })

  test("tries again what may pass, with a growing wait, and gives up in the end", async () => {
    const failing: Deliver = async () => {
      throw new AlertsError("ALERTS_UNREACHABLE", "Cannot connect")
    }
    const { outbox, clock, state, events } = setUp(failing, { maxAttempts: 3, backoff: { baseMs: 1000, capMs: 4000 } })
    await outbox.enqueue(message("a"))
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await outbox.deliverDue()
      const entry = await state("a")
      expect(entry?.attempts).toBe(attempt)
      expect((entry?.dueAt ?? 0) - clock.now()).toBeLessThan(Math.min(4000, 1000 * 2 ** attempt) + 30_000)
      clock.travel(60_000)
    }
    await outbox.deliverDue()
    expect(await state("a")).toMatchObject({ state: "dead", attempts: 3, code: "ALERTS_UNREACHABLE" })
    expect(events.map(({ type }) => type)).toEqual(["retry", "retry", "dead"])
    expect(outbox.health()["post"]).toMatchObject({ state: "failing", code: "ALERTS_UNREACHABLE" })
  })

  test("a refusal is final; a replay tries it anew", async () => {
    let refuses = true
    const { outbox, state } = setUp(async () => {
      if (refuses) throw new AlertsError("ALERTS_REJECTED", "Cannot deliver: refused", { status: 550 })
    })
    await outbox.enqueue(message("a"))
    await outbox.deliverDue()
    const dead = await state("a")
    expect(dead).toMatchObject({ state: "dead", attempts: 1, code: "ALERTS_REJECTED" })
    refuses = false
    expect(await outbox.replay([dead?.id ?? ""])).toBe(1)
    await outbox.deliverDue()
    expect(await state("a")).toMatchObject({ state: "sent" })
    expect(await outbox.replay([dead?.id ?? ""])).toBe(0)
  })

  test("what waits to be written down holds no slot, but no more than as many again are claimed", async () => {
    const store = memoryStore()
    const { promise: isWritable, resolve: write } = Promise.withResolvers<void>()
    const settle = store.settle.bind(store)
    store.settle = async (...outcome) => {
      await isWritable
      return await settle(...outcome)
    }
    const got: string[] = []
    const { promise: gotFour, resolve: haveFour } = Promise.withResolvers<void>()
    const deliver: Deliver = async ({ key }) => {
      if (got.push(key) === 4) haveFour()
    }
    const outbox = createOutbox({ store, channels: { post: { deliver, concurrency: 2 } } })
    await outbox.enqueue(Array.from({ length: 10 }, (_, index) => message(`m${index}`)))
    const delivered = outbox.deliverDue()
    await gotFour
    expect((await outbox.entries()).filter(({ attempts }) => attempts > 0)).toHaveLength(4)
    write()
    await delivered
    expect(got).toHaveLength(10)
    expect((await outbox.entries()).every(({ state }) => state === "sent")).toBe(true)
  })

  test("Retry-After wins, and holds the destination's other messages", async () => {
    let attempts = 0
    const { outbox, clock, state } = setUp(
      async () => {
        attempts += 1
        throw new AlertsError("ALERTS_THROTTLED", "Cannot deliver: asked to wait", { retryAfterMs: 600_000 })
      },
      { concurrency: 1 },
    )
    await outbox.enqueue([message("a"), message("b")])
    await outbox.deliverDue()
    expect(attempts).toBeLessThanOrEqual(2)
    for (const key of ["a", "b"]) expect((await state(key))?.dueAt).toBeGreaterThanOrEqual(clock.now() + 600_000)
  })

  test("an open circuit spares a failing destination and its attempts; its neighbours go on", async () => {
    let attempts = 0
    const got: string[] = []
    const { outbox, clock, events, state } = setUp(
      async ({ destination, key }) => {
        if (destination === "you") return void got.push(key)
        attempts += 1
        throw new AlertsError("ALERTS_UNREACHABLE", "Cannot connect")
      },
      { breakAfter: 3, concurrency: 2 },
    )
    await outbox.enqueue(Array.from({ length: 40 }, (_, index) => message(`m${index}`)))
    await outbox.enqueue(Array.from({ length: 40 }, (_, index) => message(`n${index}`, { destination: "you" })))
    await outbox.deliverDue()
    expect(got).toHaveLength(40)
    expect(attempts).toBeLessThanOrEqual(4)
    expect(events.some(({ type }) => type === "circuit-open")).toBe(true)
    expect((await state("m39"))?.attempts).toBe(0)
    // Half open: one attempt tells.
    clock.travel(20_000)
    const before = attempts
    await outbox.deliverDue()
    expect(attempts - before).toBeGreaterThanOrEqual(1)
    expect(attempts - before).toBeLessThanOrEqual(2)
  })

  test("a token bucket limits one destination, not the others", async () => {
    const got: string[] = []
    const { outbox, clock } = setUp(async ({ destination }) => void got.push(destination), {
      limit: { count: 5, perMs: 1000 },
    })
    await outbox.enqueue(Array.from({ length: 12 }, (_, index) => message(`m${index}`)))
    await outbox.enqueue(message("other", { destination: "you" }))
    await outbox.deliverDue()
    expect(got.filter((name) => name === "me")).toHaveLength(5)
    expect(got).toContain("you")
    clock.travel(1000)
    await outbox.deliverDue()
    expect(got.filter((name) => name === "me")).toHaveLength(10)
    clock.travel(1000)
    await outbox.deliverDue()
    expect(got.filter((name) => name === "me")).toHaveLength(12)
  })

  test("an expired message is not sent, and says so", async () => {
    const got: string[] = []
    const { outbox, clock, state } = setUp(async ({ key }) => void got.push(key))
    await outbox.enqueue([
      message("a", { expiresAt: clock.now() + 1000 }),
      message("b", { notBefore: clock.now() + 5000 }),
    ])
    clock.travel(1000)
    await outbox.deliverDue()
    expect(got).toEqual([])
    expect(await state("a")).toMatchObject({ state: "expired" })
    clock.travel(5000)
    await outbox.deliverDue()
    expect(got).toEqual(["b"])
  })

  test("a message that kills its worker each time ends as dead", async () => {
    const { outbox, store, clock, state } = setUp(async () => undefined, { maxAttempts: 3 })
    await outbox.enqueue(message("poison"))
    for (let died = 0; died < 3; died += 1) {
      await store.claim({ channel: "post", owner: `died-${died}`, now: clock.now(), leaseMs: 1000, limit: 1 })
      clock.travel(1000)
    }
    await outbox.deliverDue()
    expect(await state("poison")).toMatchObject({ state: "dead" })
  })

  test("an attempt that never ends is timed out, though it ignores its signal", async () => {
    const { outbox, state } = setUp(async () => await new Promise(() => undefined), { timeoutMs: 20 })
    await outbox.enqueue(message("a"))
    await outbox.deliverDue()
    expect(await state("a")).toMatchObject({ state: "waiting", attempts: 1, code: "ALERTS_TIMED_OUT" })
  })

  test("an unknown error counts as one that may pass", async () => {
    const { outbox, state } = setUp(async () => {
      throw new TypeError("a bug in the channel")
    })
    await outbox.enqueue(message("a"))
    await outbox.deliverDue()
    expect(await state("a")).toMatchObject({ state: "waiting", code: "ALERTS_FAILED" })
  })

  test("run() delivers what comes, until it is told to stop; what is under way then goes back uncounted", async () => {
    const stop = new AbortController()
    const started = Promise.withResolvers<void>()
    const { outbox, state, clock } = setUp(async ({ key }, { signal }) => {
      if (key !== "hangs") return
      started.resolve()
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))
    })
    const running = outbox.run({ signal: stop.signal })
    await outbox.enqueue(message("quick"))
    await outbox.enqueue(message("hangs"))
    await started.promise
    stop.abort()
    await running
    expect(await state("quick")).toMatchObject({ state: "sent" })
    expect(await state("hangs")).toMatchObject({ state: "waiting", attempts: 0, dueAt: clock.now() })
  })

  test("run() survives a database that fails, and loses nothing by it", async () => {
    const stop = new AbortController()
    const store = memoryStore()
    let failures = 0
    const flaky: OutboxStore = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== "function") return value
        return async (...args: readonly unknown[]) => {
          failures += 1
          if (failures % 3 === 0 && name !== "add")
            throw new AlertsError("ALERTS_STORE_BUSY", "Cannot reach the database")
          return (await Reflect.apply(value, target, args)) as unknown
        }
      },
    })
    const got = new Map<string, number>()
    const events: OutboxEvent[] = []
    const outbox = createOutbox({
      store: flaky,
      channels: { post: async ({ key }) => void got.set(key, (got.get(key) ?? 0) + 1) },
      report: (event) => void events.push(event),
    })
    const running = outbox.run({ signal: stop.signal })
    await outbox.enqueue(Array.from({ length: 50 }, (_, index) => message(`m${index}`)))
    await expect
      .poll(async () => (await store.list({ limit: 100, state: "sent" })).length, { timeout: 15_000 })
      .toBe(50)
    stop.abort()
    await running
    expect(got.size).toBe(50)
    expect(events.some(({ type }) => type === "store-failed")).toBe(true)
  })

  test("a worker keeps its leases while a send takes long", async () => {
    const stop = new AbortController()
    const store = memoryStore()
    let sends = 0
    const channels = {
      post: async () => {
        sends += 1
        await sleep(400)
      },
    }
    const outboxes = [1, 2].map(() => createOutbox({ store, channels, leaseMs: 100, pollMs: 20 }))
    const running = outboxes.map(async (outbox) => await outbox.run({ signal: stop.signal }))
    await outboxes[0]?.enqueue(message("slow"))
    await expect.poll(async () => (await store.list({ limit: 1 }))[0]?.state, { timeout: 5000 }).toBe("sent")
    stop.abort()
    await Promise.all(running)
    expect(sends).toBe(1)
  })

  test("after the clock was set back two days, nothing waits for two days", async () => {
    const stop = new AbortController()
    const got: string[] = []
    let fails = true
    const { outbox, clock } = setUp(async ({ key }) => {
      if (fails) throw new AlertsError("ALERTS_UNREACHABLE", "Cannot connect")
      got.push(key)
    })
    await outbox.enqueue(message("a"))
    await outbox.deliverDue()
    fails = false
    clock.travel(-2 * 86_400_000)
    const running = outbox.run({ signal: stop.signal })
    await expect
      .poll(() => {
        clock.travel(1000)
        return got
      })
      .toEqual(["a"])
    stop.abort()
    await running
  })

  test("clean() removes what is past its time, dead messages later", async () => {
    const { outbox, clock } = setUp(async ({ key }) => {
      if (key === "bad") throw new AlertsError("ALERTS_GONE", "Cannot deliver: gone")
    })
    await outbox.enqueue([message("good"), message("bad")])
    await outbox.deliverDue()
    clock.travel(31 * 86_400_000)
    await outbox.clean()
    expect((await outbox.entries()).map(({ key }) => key)).toEqual(["bad"])
    clock.travel(60 * 86_400_000)
    await outbox.clean()
    expect(await outbox.entries()).toEqual([])
  })
})
