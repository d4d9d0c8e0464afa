import { describe, expect, test } from "vitest"
import { createAlerts, type AlertsOptions } from "../../src/engine/alerts.ts"
import type { AlertEvent } from "../../src/engine/event.ts"
import type { Rule } from "../../src/engine/rule.ts"
import { AlertsError } from "../../src/errors.ts"
import { memoryStore } from "../../src/memory/memory-store.ts"
import { TravellingClock } from "../travelling-clock.ts"
import { RecordingChannel } from "./recording-channel.ts"

const minute = 60_000
const event = (more: Partial<AlertEvent> = {}): AlertEvent => ({
  type: "motion.seen",
  title: "Something moved",
  ...more,
})

function setUp(rule: Partial<Rule> = {}, options: Partial<AlertsOptions> = {}) {
  const clock = new TravellingClock()
  const post = new RecordingChannel()
  const other = new RecordingChannel()
  const rules = [{ name: "motion", match: { type: "motion.*" }, to: [{ channel: "post", destination: "me" }], ...rule }]
  const store = memoryStore()
  const alerts = createAlerts({ store, clock, channels: { post, other }, rules, ...options })
  const pass = async (ms: number, stepMs = ms) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.travel(stepMs)
      await alerts.deliverDue()
    }
  }
  return { clock, post, other, alerts, store, pass }
}

describe("createAlerts()", () => {
  test("tells of an event at once, and of further ones in the group together", async () => {
    const { alerts, post, pass } = setUp()
    const [first] = await alerts.observe(event())
    expect(first).toMatchObject({ rule: "motion", outcome: "opened" })
    await alerts.deliverDue()
    expect(post.kinds).toEqual(["new"])
    for (let index = 0; index < 20; index += 1) expect((await alerts.observe(event()))[0]?.outcome).toBe("added")
    await pass(4 * minute)
    expect(post.kinds).toEqual(["new"])
    await pass(minute)
    expect(post.kinds).toEqual(["new", "more"])
    expect(post.received[1]?.notification).toMatchObject({ total: 21, alert: first?.alert, revision: 2 })
    expect((await alerts.list())[0]).toMatchObject({ total: 21, told: 21, pending: 0, suppressed: 0 })
  })

  test("waits for the group, then tells of all of it", async () => {
    const { alerts, post, pass } = setUp({ groupWaitMs: 30_000 })
    await alerts.observe(event({ title: "one" }))
    await pass(29_000)
    await alerts.observe(event({ title: "two" }))
    expect(post.kinds).toEqual([])
    await pass(1000)
    expect(post.received[0]?.notification.items.map(({ title }) => title)).toEqual(["one", "two"])
  })

  test("groups by labels, also by ones that are named like parts of every object", async () => {
    const { alerts, post } = setUp({ groupBy: ["camera", "constructor"] })
    for (const camera of ["door", "garden", "door"]) await alerts.observe(event({ labels: { camera } }))
    await alerts.deliverDue()
    expect(post.received).toHaveLength(2)
    expect((await alerts.list()).map(({ group }) => group)).toEqual([
      ["door", ""],
      ["garden", ""],
    ])
  })

  test("matches by type, severity and labels", async () => {
    const match = { type: "motion.*", severity: "warning", labels: { camera: ["door", "gate"] } } as const
    const { alerts } = setUp({ match })
    const outcomes = async (more: Partial<AlertEvent>) => (await alerts.observe(event(more))).length
    expect(await outcomes({ labels: { camera: "door" } })).toBe(1)
    expect(await outcomes({ labels: { camera: "garden" } })).toBe(0)
    expect(await outcomes({ labels: { camera: "door" }, severity: "info" })).toBe(0)
    expect(await outcomes({ labels: { camera: "door" }, type: "motionless.seen" })).toBe(0)
    expect(await outcomes({})).toBe(0)
  })

  test("drops an event that it has seen", async () => {
    const { alerts, pass } = setUp({ dedupeMs: 10 * minute })
    await alerts.observe(event({ id: "e1" }))
    expect((await alerts.observe(event({ id: "e1" })))[0]?.outcome).toBe("duplicate")
    await pass(10 * minute)
    expect((await alerts.observe(event({ id: "e1" })))[0]?.outcome).toBe("added")
    expect((await alerts.list())[0]?.total).toBe(2)
  })

  test("holds what is over the rate, and tells of it in one", async () => {
    const { alerts, post, pass } = setUp({
      groupBy: ["n"],
      rate: { count: 3, perMs: 60 * minute },
      resolveAfterMs: 999 * minute,
    })
    for (let n = 0; n < 10; n += 1) await alerts.observe(event({ labels: { n: String(n) } }))
    await alerts.deliverDue()
    expect(post.received).toHaveLength(3)
    await pass(180 * minute, minute)
    expect(post.received).toHaveLength(10)
  })

  test("keeps quiet hours, tells of the night in the morning, and of what is critical at once", async () => {
    const { alerts, post, clock } = setUp({
      quietHours: { zone: "Europe/Berlin", from: "22:00", to: "07:00" },
      groupBy: ["camera"],
    })
    clock.travelTo(Date.parse("2026-10-24T23:00:00Z"))
    for (const camera of ["a", "a", "b"]) await alerts.observe(event({ labels: { camera } }))
    await alerts.observe(event({ severity: "critical", labels: { camera: "c" } }))
    await alerts.deliverDue()
    expect(post.received.map(({ notification }) => notification.severity)).toEqual(["critical"])
    clock.travelTo(Date.parse("2026-10-25T05:59:59Z"))
    await alerts.deliverDue()
    expect(post.received).toHaveLength(1)
    clock.travelTo(Date.parse("2026-10-25T06:00:00Z"))
    await alerts.deliverDue()
    expect(post.received.slice(1).map(({ notification }) => notification.total)).toEqual([2, 1])
  })

  test("a mute counts what comes and holds what waits", async () => {
    const { alerts, post, pass, clock } = setUp({ groupWaitMs: minute })
    await alerts.observe(event({ title: "before" }))
    await alerts.mute("motion", clock.now() + 10 * minute)
    expect((await alerts.observe(event({ title: "during" })))[0]?.outcome).toBe("muted")
    await pass(9 * minute)
    expect(post.kinds).toEqual([])
    await pass(minute)
    expect(post.received.map(({ notification }) => notification.items)).toMatchObject([[{ title: "before" }]])
    await expect(alerts.mute("unknown", 1)).rejects.toThrow(RangeError)
  })

  test("a mute that ends early tells at once what it held, and what another hold does not keep", async () => {
    const { alerts, post, pass, clock } = setUp({
      ...{ groupWaitMs: minute, groupBy: ["n"], resolveAfterMs: 9999 * minute },
      repeat: { everyMs: 5 * minute },
    })
    await alerts.observe(event({ title: "held", labels: { n: "1" } }))
    expect(await alerts.mutes(["motion", "unknown"])).toEqual([])
    await alerts.mute("motion", Number.POSITIVE_INFINITY)
    await alerts.observe(event({ title: "muted", labels: { n: "1" } }))
    const mute = { rule: "motion", until: Number.POSITIVE_INFINITY, events: 1 }
    expect(await alerts.mutes(["motion"])).toEqual([mute])
    await pass(2000 * minute, 100 * minute)
    expect(post.kinds).toEqual([])
    // A shorter one goes on holding it.
    await alerts.mute("motion", clock.now() + 60 * minute)
    expect(await alerts.mutes(["motion"])).toEqual([{ ...mute, until: clock.now() + 60 * minute }])
    await pass(30 * minute)
    expect(post.kinds).toEqual([])
    await alerts.mute("motion", 0)
    expect(await alerts.mutes(["motion"])).toEqual([])
    await alerts.deliverDue()
    expect(post.received.map(({ notification }) => notification.items)).toMatchObject([[{ title: "held" }]])
    await pass(5 * minute)
    expect(post.kinds).toEqual(["new", "reminder"])
    // The next one counts from nothing.
    await alerts.mute("motion", clock.now() + minute)
    expect(await alerts.mutes(["motion"])).toMatchObject([{ events: 0 }])
    await expect(alerts.mute("motion", Number.NaN)).rejects.toThrow(RangeError)
  })

  test("reminds with a growing interval until somebody acknowledges", async () => {
    const { alerts, post, pass } = setUp({ repeat: { everyMs: 10 * minute }, resolveAfterMs: 24 * 60 * minute })
    const [observed] = await alerts.observe(event())
    await pass(70 * minute, minute)
    expect(post.kinds).toEqual(["new", "reminder", "reminder", "reminder"])
    const since = post.received.map(({ notification }) => notification.at - (post.received[0]?.notification.at ?? 0))
    expect(since.map((ms) => ms / minute)).toEqual([0, 10, 30, 70])
    expect(await alerts.acknowledge(observed?.alert ?? "", { by: "robin" })).toBe(true)
    await pass(1000 * minute, 60 * minute)
    expect(post.kinds).toHaveLength(4)
    expect((await alerts.observe(event()))[0]?.outcome).toBe("suppressed")
    const [state] = await alerts.list()
    expect(state).toMatchObject({ status: "acknowledged", acknowledgedBy: "robin", total: 2, told: 1, suppressed: 1 })
    expect(await alerts.acknowledge("unknown")).toBe(false)
  })

  test("escalates step by step while nobody acknowledges", async () => {
    const step = (afterMs: number, destination: string) => ({ afterMs, to: [{ channel: "other", destination }] })
    const { alerts, other, pass } = setUp({ escalation: [step(5 * minute, "neighbour"), step(10 * minute, "guard")] })
    const [observed] = await alerts.observe(event())
    await alerts.deliverDue()
    await pass(5 * minute, minute)
    expect(other.received.map(({ destination }) => destination)).toEqual(["neighbour"])
    await pass(10 * minute, minute)
    expect(other.received.map(({ destination }) => destination)).toEqual(["neighbour", "guard"])
    await alerts.acknowledge(observed?.alert ?? "")
    await pass(30 * minute, minute)
    expect(other.received).toHaveLength(2)
  })

  test("updates the same alert: first words, then a picture, then a clip", async () => {
    const { alerts, post } = setUp()
    await alerts.observe(event({ id: "e1" }))
    await alerts.deliverDue()
    const bytes = new Uint8Array([1, 2])
    expect(await alerts.attach("e1", { picture: { name: "a.jpg", mediaType: "image/jpeg", bytes } })).toBe(1)
    await alerts.deliverDue()
    await alerts.attach("e1", { clip: { name: "a.mp4", mediaType: "video/mp4", bytes } })
    await alerts.deliverDue()
    expect(post.kinds).toEqual(["new", "update", "update"])
    const [words, picture, clip] = post.received.map(({ notification }) => notification)
    expect(new Set([words, picture, clip].map((notification) => notification?.alert)).size).toBe(1)
    expect(picture).toMatchObject({ revision: 2, picture: { name: "a.jpg", base64: "AQI" } })
    expect(clip?.clip).toMatchObject({ name: "a.mp4" })
    // What was shown is not kept.
    expect(JSON.stringify(await alerts.list())).not.toContain("AQI")
    expect(await alerts.attach("unknown", {})).toBe(0)
  })

  test("content that comes within the group's wait is told with it", async () => {
    const { alerts, post, pass } = setUp({ groupWaitMs: minute })
    await alerts.observe(event({ id: "e1" }))
    await alerts.attach("e1", { text: "by the door" })
    await pass(minute)
    expect(post.received.map(({ notification: { kind, text } }) => [kind, text])).toEqual([["new", "by the door"]])
  })

  test("is over when nothing comes any more; the next event opens another", async () => {
    const { alerts, post, pass } = setUp({ resolveAfterMs: 30 * minute, tellResolved: true })
    const [first] = await alerts.observe(event())
    await pass(31 * minute, minute)
    expect(post.kinds).toEqual(["new", "resolved"])
    const [second] = await alerts.observe(event())
    expect(second).toMatchObject({ outcome: "opened" })
    expect(second?.alert).not.toBe(first?.alert)
    expect(await alerts.resolve(second?.alert ?? "")).toBe(true)
    await alerts.deliverDue()
    expect(post.kinds.toSorted()).toEqual(["new", "new", "resolved", "resolved"])
    expect(await alerts.list({ open: true })).toEqual([])
  })

  test("a rule that is gone closes its alerts instead of waking up for them for ever", async () => {
    const { alerts, post, pass } = setUp({ groupWaitMs: minute })
    await alerts.observe(event())
    alerts.setRules([])
    await pass(minute)
    expect(post.received).toEqual([])
    expect((await alerts.list())[0]).toMatchObject({ status: "resolved", pending: 1 })
  })

  test("a row that cannot be read is put aside; its neighbours and its group go on", async () => {
    const { alerts, post, store, pass } = setUp({ groupWaitMs: minute, groupBy: ["camera"] })
    for (const camera of ["a", "b"]) await alerts.observe(event({ labels: { camera } }))
    const breakRow = async (index: number) => {
      const row = (await store.alerts({ limit: 2, open: true }))[index]
      if (row === undefined) throw new Error("no row")
      await store.transaction(async (unit) => await unit.saveAlert({ ...row, body: "{" }))
    }
    await breakRow(0)
    await pass(minute)
    expect(post.received).toHaveLength(1)
    await breakRow(0)
    const outcomes = await Promise.all(
      ["a", "b"].map(async (camera) => await alerts.observe(event({ labels: { camera } }))),
    )
    expect(outcomes.flat().map(({ outcome }) => outcome)).toEqual(["opened", "opened"])
  })

  test("a channel that stays dead raises an alert on another, once", async () => {
    const fallback = ["other", "post"].map((channel) => ({ channel, destination: "me" }))
    const rule = { repeat: { everyMs: minute, factor: 1 }, resolveAfterMs: 999 * minute }
    const { alerts, post, other, pass } = setUp(rule, { fallback })
    post.failure = new AlertsError("ALERTS_UNREACHABLE", "Cannot connect")
    await alerts.observe(event())
    await pass(60 * minute, minute)
    expect(other.received).toHaveLength(1)
    const title = 'Alerts no longer leave through "post"'
    expect(other.received[0]?.notification).toMatchObject({ severity: "critical", title })
    expect(alerts.health()["post"]).toMatchObject({ state: "failing" })
    post.failure = undefined
    await pass(60 * minute, minute)
    expect(alerts.health()["post"]).toMatchObject({ state: "working" })
    expect(other.received).toHaveLength(1)
    expect(post.received.every(({ notification }) => notification.title !== title)).toBe(true)
  })

  test("sendTest() goes straight through, and throws what went wrong", async () => {
    const { alerts, post } = setUp()
    await alerts.sendTest({ channel: "post", destination: "me" })
    expect(post.kinds).toEqual(["test"])
    post.failure = new AlertsError("ALERTS_FAILED", "Cannot log in")
    await expect(alerts.sendTest({ channel: "post", destination: "me" })).rejects.toThrow("Cannot log in")
    await expect(alerts.sendTest({ channel: "unknown", destination: "me" })).rejects.toThrow(RangeError)
  })

  test.each(["none", "text", "sealed", "clear"] as const)(
    "under the policy %s, what it keeps back never enters the outbox",
    async (content) => {
      const canary = "robin-at-53.5461"
      const post = new RecordingChannel()
      const { alerts, store } = setUp({}, { channels: { post: { channel: post, content } } })
      await alerts.observe(
        event({
          text: "words for all",
          details: { who: canary },
          picture: { name: "a.jpg", mediaType: "image/jpeg", bytes: new TextEncoder().encode(canary) },
          sealed: { name: "a.age", mediaType: "application/age", bytes: new Uint8Array([7]) },
          link: "https://app.example/#k=1",
        }),
      )
      const claimed = await store.claim({ channel: "post", owner: "x", now: 9e12, leaseMs: 1, limit: 9 })
      const row = new TextDecoder().decode(claimed[0]?.payload)
      expect(row.includes(canary) || row.includes("cm9iaW4t")).toBe(content === "clear")
      expect(row.includes('"sealed"')).toBe(content === "sealed" || content === "clear")
      expect(row.includes("words for all")).toBe(content !== "none")
      expect(row).toContain("https://app.example/#k=1")
    },
  )

  test("a channel that says nothing leaks nothing: the default is none", async () => {
    const post = { deliver: async () => undefined }
    const { alerts, store } = setUp({}, { channels: { post } })
    await alerts.observe(event({ title: "robin came home" }))
    const [claimed] = await store.claim({ channel: "post", owner: "x", now: 9e12, leaseMs: 1, limit: 9 })
    expect(new TextDecoder().decode(claimed?.payload)).not.toContain("robin")
  })

  test("refuses events that make no sense", async () => {
    const { alerts } = setUp()
    const attachment = { name: "a.jpg", mediaType: "image/jpeg", bytes: new Uint8Array(0) }
    const bad: readonly Partial<AlertEvent>[] = [
      { type: "no words" },
      { title: "" },
      { title: "x".repeat(201) },
      { text: "x".repeat(2001) },
      { id: "" },
      { at: 1.5 },
      { severity: "loud" as "info" },
      { link: "javascript:alert(1)" },
      { labels: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [index, ""])) },
      { details: { x: "y".repeat(501) } },
      { picture: { ...attachment, name: "../a" } },
      { picture: { ...attachment, mediaType: "image/jpeg\r\nX: 1" } },
      { picture: { ...attachment, bytes: new Uint8Array((2 << 20) + 1) } },
    ]
    for (const more of bad) await expect(alerts.observe(event(more))).rejects.toThrow(RangeError)
  })

  test("refuses rules that make no sense", () => {
    const bad: readonly Partial<Rule>[] = [
      { name: "" },
      { to: [{ channel: "unknown", destination: "me" }] },
      { groupWaitMs: -1 },
      { repeat: { everyMs: 0 } },
      { repeat: { everyMs: 1, factor: 0.5 } },
      { rate: { count: 0, perMs: 1 } },
      { quietHours: { zone: "x", from: "01:00", to: "02:00" } },
      { escalation: [{ afterMs: 0, to: [] }] },
    ]
    for (const rule of bad) expect(() => setUp(rule)).toThrow(RangeError)
  })

  test("after the clock was set back two days, no timer waits for two days", async () => {
    const { alerts, post, clock } = setUp({ groupWaitMs: minute })
    await alerts.observe(event())
    clock.travel(-2 * 1440 * minute)
    const stop = new AbortController()
    const running = alerts.run({ signal: stop.signal })
    await expect
      .poll(() => {
        clock.travel(10_000)
        return post.kinds
      })
      .toEqual(["new"])
    stop.abort()
    await running
  })

  test("run() fires timers and delivers by itself", async () => {
    const post = new RecordingChannel()
    const rules = [{ name: "r", match: { type: "*" }, groupWaitMs: 50, to: [{ channel: "post", destination: "me" }] }]
    const alerts = createAlerts({ store: memoryStore(), channels: { post }, rules })
    const stop = new AbortController()
    const running = alerts.run({ signal: stop.signal })
    await alerts.observe(event())
    await expect.poll(() => post.kinds).toEqual(["new"])
    stop.abort()
    await running
  })
})
