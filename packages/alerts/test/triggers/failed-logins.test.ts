import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createAlerts } from "../../src/engine/alerts.ts"
import { memoryStore } from "../../src/memory/memory-store.ts"
import { failedLogins, type FailedLoginsOptions } from "../../src/triggers/failed-logins.ts"
import { SlidingCounts } from "../../src/triggers/sliding-counts.ts"
import { RecordingChannel } from "../engine/recording-channel.ts"

const secret = new Uint8Array(32).fill(7)
const minute = 60_000

function setUp(options: Partial<FailedLoginsOptions> = {}) {
  const time = { now: 0 }
  const logins = failedLogins({ secret, elapsed: () => time.now, ...options })
  const fail = (account = "robin", address = "192.0.2.1", isKnown = true) =>
    logins.failed({ account, address, isKnown }).map(({ type }) => type)
  return { time, logins, fail }
}

describe("failedLogins()", () => {
  test("tells of an account at its threshold, once within a window", () => {
    const { fail, time } = setUp({ perAccount: 3 })
    expect([fail(), fail(), fail(), fail(), fail()]).toEqual([[], [], ["login.failed.account"], [], []])
    time.now += 10 * minute
    expect([fail(), fail(), fail()]).toEqual([[], [], ["login.failed.account"]])
  })

  test("the window slides: two before and one after its end are not three", () => {
    const { fail, time } = setUp({ perAccount: 3 })
    fail()
    time.now += 6 * minute
    fail()
    time.now += 5 * minute
    expect(fail()).toEqual([])
    time.now += 1
    expect(fail()).toEqual(["login.failed.account"])
  })

  test("tells of an address, whatever the account, and of many accounts from one", () => {
    const { fail } = setUp({ perAccount: 99, perAddress: 6, accountsPerAddress: 4 })
    const types = Array.from({ length: 6 }, (_, index) => fail(`user-${index % 4}`))
    expect(types).toEqual([[], [], [], ["login.failed.spray"], [], ["login.failed.address"]])
    expect(fail("robin", "192.0.2.2")).toEqual([])
  })

  test("an unknown name leaves no trace of itself, a known one stands only in the details", () => {
    const { logins } = setUp({ perAccount: 1, perAddress: 1, accountsPerAddress: 1 })
    const typed = "hunter2-my-password"
    const unknown = logins.failed({ account: typed, address: "192.0.2.1", isKnown: false })
    expect(unknown).toHaveLength(3)
    expect(JSON.stringify(unknown)).not.toContain(typed)
    const [event] = logins.failed({ account: "robin", address: "192.0.2.2", isKnown: true })
    const { details, ...others } = event ?? {}
    expect(details).toEqual({ account: "robin", address: "192.0.2.2" })
    expect(JSON.stringify(others)).not.toContain("robin")
  })

  test("labels are the same for the same name, and another's under another secret", () => {
    const labelOf = (name: string, key: Uint8Array) => {
      const watch = failedLogins({ secret: key, perAccount: 1, elapsed: () => 0 })
      return watch.failed({ account: name, address: "a", isKnown: true })[0]?.labels?.["account"]
    }
    expect(labelOf("Größe", secret)).toBe(labelOf("Gro\u0308ße", secret))
    expect(labelOf("robin", secret)).not.toBe(labelOf("kim", secret))
    expect(labelOf("robin", secret)).not.toBe(labelOf("robin", new Uint8Array(32)))
  })

  test("slows down after three failures, never for longer than eight seconds, and locks nobody out", () => {
    const { fail, logins, time } = setUp()
    const wait = () => logins.slowDown({ account: "robin", isKnown: true })
    const waits = Array.from({ length: 30 }, () => {
      fail()
      return wait()
    })
    expect(waits.slice(0, 6)).toEqual([0, 0, 250, 500, 1000, 2000])
    expect(Math.max(...waits)).toBe(8000)
    time.now += 10 * minute
    expect(wait()).toBe(0)
  })

  test("a flood of unknown names and addresses does not make it forget a known account", () => {
    const { fail } = setUp({ maxNames: 100, perAccount: 2 })
    fail()
    for (let index = 0; index < 5000; index += 1) fail(`nobody-${index}`, `10.0.${index >> 8}.${index & 255}`, false)
    expect(fail("robin", "192.0.2.77")).toContain("login.failed.account")
  })

  test("its events are ones that alerts take", async () => {
    const post = new RecordingChannel()
    const rules = [
      {
        name: "logins",
        match: { type: "login.failed.*" },
        groupBy: ["account"],
        to: [{ channel: "post", destination: "me" }],
      },
    ]
    const alerts = createAlerts({ store: memoryStore(), channels: { post }, rules })
    const { logins } = setUp({ perAccount: 2 })
    for (let count = 0; count < 4; count += 1)
      for (const event of logins.failed({ account: "robin", address: "::1", isKnown: true }))
        await alerts.observe(event)
    await alerts.deliverDue()
    expect(post.received.map(({ notification }) => notification.title)).toEqual(["2 failed logins at one account"])
  })

  test("refuses a secret that is none", () => {
    expect(() => failedLogins({ secret: new Uint8Array(8) })).toThrow(RangeError)
  })
})

test("SlidingCounts counts as a list of all times would, and stays bounded", () => {
  const steps = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c"), wait: fc.integer({ min: 0, max: 60 }) }), {
    maxLength: 80,
  })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (given, threshold) => {
      const counts = new SlidingCounts({ windowMs: 100, threshold, maxNames: 10 })
      const all: { name: string; at: number }[] = []
      let now = 0
      for (const { name, wait } of given) {
        now += wait
        counts.add(name, now)
        all.push({ name, at: now })
        const exact = all.filter((each) => each.name === name && now - each.at < 100).length
        expect(counts.count(name, now)).toBe(Math.min(exact, threshold))
      }
    }),
  )
  const counts = new SlidingCounts({ windowMs: 100, threshold: 3, maxNames: 50 })
  for (let index = 0; index < 1000; index += 1) counts.add(String(index), index)
  expect(counts.size).toBe(50)
})
