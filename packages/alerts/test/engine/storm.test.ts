import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { createAlerts } from "../../src/engine/alerts.ts"
import { openSqliteStore } from "../../src/node/sqlite.ts"
import { TravellingClock } from "../travelling-clock.ts"
import { RecordingChannel } from "./recording-channel.ts"

test("10,000 events in 10 seconds: no more is told than the rule promises, the first in time, and rows stay small", async () => {
  const folder = mkdtempSync(join(tmpdir(), "alerts-storm-"))
  await using store = await openSqliteStore(join(folder, "alerts.db"))
  const clock = new TravellingClock()
  const start = clock.now()
  const post = new RecordingChannel()
  const groups = 5
  const rules = [
    {
      name: "storm",
      match: { type: "motion.*" },
      groupBy: ["camera"],
      groupWaitMs: 2000,
      groupIntervalMs: 300_000,
      to: [{ channel: "post", destination: "me" }],
    },
  ]
  const alerts = createAlerts({ store, clock, channels: { post }, rules })
  for (let tick = 0; tick < 100; tick += 1) {
    const events = Array.from({ length: 100 }, (_, index) => ({
      type: "motion.seen",
      id: `${tick}-${index}`,
      title: `Motion ${tick}-${index}`,
      text: "x".repeat(500),
      labels: { camera: String(index % groups) },
    }))
    await Promise.all(events.map(async (event) => await alerts.observe(event)))
    clock.travel(100)
    await alerts.deliverDue()
  }
  const rows = await store.alerts({ limit: 100 })
  expect(rows).toHaveLength(groups)
  for (const { body } of rows) expect(body.length).toBeLessThan(20_000)
  for (let minutes = 0; minutes < 120; minutes += 1) {
    clock.travel(60_000)
    await alerts.deliverDue()
  }
  // One after the group's wait, one with the rest after its interval.
  expect(post.received).toHaveLength(2 * groups)
  for (const { notification } of post.received.slice(0, groups))
    expect(notification.at - start).toBeLessThanOrEqual(2000 + 1000)
  const states = await alerts.list()
  expect(states.reduce((sum, { told }) => sum + told, 0)).toBe(10_000)
  rmSync(folder, { recursive: true })
})
