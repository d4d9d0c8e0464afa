import { createOutbox } from "@darkslide/alerts"
import { openPostgresStore } from "@darkslide/alerts/postgres"
import pg from "pg"
import { PgBoss } from "pg-boss"
import type { BenchRow } from "../../../tools/bench/bench.ts"
import { startPostgres } from "../test/postgres-server.ts"
import { byTheClock } from "./by-the-clock.ts"

const amount = 2000
const data = "x".repeat(500)
const queue = "bench"
const batch = 50
const workers = 4

/** Beside pg-boss on the same server: both claim, deliver to nobody, and settle, 200 under way at once. */
export async function benchPostgres(): Promise<readonly BenchRow[]> {
  await using cleanup = new AsyncDisposableStack()
  const { url } = cleanup.use(await startPostgres())
  const pool = cleanup.adopt(new pg.Pool({ connectionString: url, max: workers }), async (open) => await open.end())
  const deliver = async (): Promise<void> => undefined
  const store = await openPostgresStore(pool)
  const channels = { none: { deliver, concurrency: batch } }
  const outboxes = Array.from({ length: workers }, () => createOutbox({ store, channels }))
  const boss = new PgBoss({ connectionString: url, max: workers, supervise: false, schedule: false })
  boss.on("error", (error) => console.error(error))
  await boss.start()
  cleanup.defer(async () => await boss.stop({ graceful: false }))
  await boss.createQueue(queue)
  const payload = new TextEncoder().encode(data)

  const drainBoss = async (): Promise<void> => {
    for (;;) {
      const jobs = await boss.fetch<{ data: string }>(queue, { batchSize: batch })
      if (jobs.length === 0) return
      await Promise.all(jobs.map(deliver))
      await boss.complete(
        queue,
        jobs.map(({ id }) => id),
      )
    }
  }
  const drained = await byTheClock({
    name: "drain, PostgreSQL: claim, deliver, settle",
    goal: 2,
    peerName: "pg-boss",
    amount,
    unit: "messages per second",
    before: async () => {
      await outboxes[0]?.enqueue(
        Array.from({ length: amount }, () => ({ channel: "none", destination: "me", payload })),
      )
      await boss.insert(
        queue,
        Array.from({ length: amount }, () => ({ data: { data } })),
      )
    },
    ours: async () => await Promise.all(outboxes.map(async (outbox) => await outbox.deliverDue())),
    peer: async () => await Promise.all(Array.from({ length: workers }, drainBoss)),
  })
  return [drained]
}
