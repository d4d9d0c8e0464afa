import fc from "fast-check"
import { expect, test } from "vitest"
import { createAlerts } from "../../src/engine/alerts.ts"
import type { Severity } from "../../src/engine/event.ts"
import { quietUntil, type QuietHours } from "../../src/engine/quiet-hours.ts"
import type { Rule } from "../../src/engine/rule.ts"
import { memoryStore } from "../../src/memory/memory-store.ts"
import { TravellingClock } from "../travelling-clock.ts"
import { RecordingChannel } from "./recording-channel.ts"

const minute = 60_000
/** A few hours before clocks change: forwards and back, on both sides of the equator, and by half an hour. */
const starts = [
  ["Europe/Berlin", "2026-03-28T18:00:00Z"],
  ["Europe/Berlin", "2026-10-24T18:00:00Z"],
  ["America/New_York", "2026-03-07T23:00:00Z"],
  ["America/New_York", "2026-10-31T23:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T08:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T08:00:00Z"],
] as const

const hours = fc.constantFrom(["22:00", "07:00"], ["01:30", "02:30"], ["02:30", "03:15"], ["00:00", "04:00"])
const severity = fc.constantFrom<Severity>("info", "warning", "critical")
const rule = fc.record(
  {
    groupWaitMs: fc.constantFrom(0, minute, 45 * minute),
    groupIntervalMs: fc.constantFrom(0, 5 * minute, 90 * minute),
    repeat: fc.record({ everyMs: fc.constantFrom(10 * minute, 60 * minute), factor: fc.constantFrom(1, 2) }),
    rate: fc.constantFrom({ count: 1, perMs: 20 * minute }, { count: 3, perMs: 120 * minute }),
    bypassQuietHours: fc.constantFrom("critical" as const, "never" as const),
    escalation: fc.constant([{ afterMs: 15 * minute, to: [{ channel: "post", destination: "guard" }] }]),
    resolveAfterMs: fc.constantFrom(30 * minute, 300 * minute),
    tellResolved: fc.boolean(),
  },
  { requiredKeys: [] },
)
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("observe" as const), severity, group: fc.constantFrom("a", "b") }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("again" as const), index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("acknowledge" as const), index: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("mute" as const),
      // None: a mute that was there ends.
      minutes: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(0, Number.POSITIVE_INFINITY)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("attach" as const), index: fc.nat(20) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 200 }) }) },
)

test("over both changes of the clocks, no event is both told and suppressed, and none is lost", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      hours,
      rule,
      fc.array(action, { minLength: 5, maxLength: 40 }),
      async ([zone, start], [from = "", to = ""], more, actions) => {
        const clock = new TravellingClock(start)
        const post = new RecordingChannel()
        const quietHours: QuietHours = { zone, from, to }
        const target = { channel: "post", destination: "me" }
        const only: Rule = {
          name: "r",
          match: { type: "*" },
          to: [target],
          groupBy: ["group"],
          quietHours,
          ...more,
        }
        const alerts = createAlerts({ store: memoryStore(), clock, channels: { post }, rules: [only] })
        const outcomes = new Map<string, string>()
        const mutes: [number, number][] = []
        const mute = async (minutes: number): Promise<void> => {
          const [now, before] = [clock.now(), mutes.at(-1)]
          if (before !== undefined) before[1] = Math.min(before[1], now)
          mutes.push([now, now + minutes * minute])
          await alerts.mute("r", now + minutes * minute)
        }
        const ids = () => [...outcomes.keys()]
        for (const step of actions) {
          if (step.do === "observe" && outcomes.size < 10) {
            const id = `e${outcomes.size}`
            const event = { type: "x", id, title: id, severity: step.severity, labels: { group: step.group } }
            outcomes.set(id, (await alerts.observe(event))[0]?.outcome ?? "none")
          } else if (step.do === "again") {
            const id = ids()[step.index]
            if (id === undefined) continue
            const [observed] = await alerts.observe({ type: "x", id, title: id, labels: { group: "a" } })
            // One that was seen; it was more than a day ago at most for the first of them.
            if (observed?.outcome !== "duplicate") outcomes.set(id, observed?.outcome ?? "none")
          } else if (step.do === "acknowledge") {
            const open = await alerts.list({ open: true })
            const chosen = open[step.index % Math.max(1, open.length)]
            if (chosen !== undefined) await alerts.acknowledge(chosen.id)
          } else if (step.do === "mute") {
            await mute(step.minutes)
          } else if (step.do === "attach") {
            const id = ids()[step.index]
            if (id !== undefined) await alerts.attach(id, { text: `text of ${id}` })
          } else if (step.do === "pass") {
            for (let passed = 0; passed < step.minutes; passed += 5) {
              clock.travel(5 * minute)
              await alerts.deliverDue()
            }
          }
        }
        await mute(0)
        for (let hour = 0; hour < 24 * 4; hour += 1) {
          clock.travel(60 * minute)
          await alerts.deliverDue()
        }

        const told = new Set(post.received.flatMap(({ notification }) => notification.items.map(({ title }) => title)))
        for (const [id, outcome] of outcomes) {
          const isHeld = outcome === "muted" || outcome === "suppressed"
          expect([id, outcome, told.has(id)]).toEqual([id, outcome, !isHeld])
        }
        for (const state of await alerts.list({ limit: 1000 })) {
          expect(state.total).toBe(state.told + state.suppressed)
          expect(state.pending).toBe(0)
          expect(state.status).toBe("resolved")
        }
        for (const { notification } of post.received) {
          const { at, severity: level } = notification
          const bypass = (more as Partial<Rule>).bypassQuietHours ?? "critical"
          if (level !== "critical" || bypass === "never") expect(quietUntil(quietHours, at)).toBeUndefined()
        }
        for (const { notification } of post.received)
          expect(mutes.filter(([from, until]) => notification.at > from && notification.at < until)).toEqual([])
        const keys = post.received.map(({ idempotencyKey }) => idempotencyKey)
        expect(new Set(keys).size).toBe(keys.length)
      },
    ),
    { numRuns: 60 },
  )
})
