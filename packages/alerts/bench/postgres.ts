import { createOutbox } from "@darkslide/alerts"
import { openPostgresStore } from "@darkslide/alerts/postgres"
import pg from "pg"
import { PgBoss } from "pg-boss"
import type { BenchRow } from "../../../tools/bench/bench.ts"
import { startPostgres } from "../test/postgres-server.ts"
import { byTheClock } from "./by-the-clock.ts"

const amount = 20_000
const data = "x".repeat(500)
const queue = "bench"
const underWay = 200
/** What suits each best, of 1, 2 and 4. */
const outboxes = 1
const bossWorkers = 4

/**
 * Beside pg-boss on the same server: both claim, deliver to nobody, and settle, 200 under way at once. Its worker runs as
 * its documentation sets it for a backlog, with an outcome for each job, as ours has. Told beside it: its bare calls, which
 * settle a batch as one. The tables are analyzed before each round, as a database that runs for a while does by itself:
 * without, pg-boss is slower, by up to five times.
 */
export async function benchPostgres(): Promise<readonly BenchRow[]> {
  await using cleanup = new AsyncDisposableStack()
  const { url } = cleanup.use(await startPostgres())
  const pool = cleanup.adopt(new pg.Pool({ connectionString: url, max: 4 }), async (open) => await open.end())
  const deliver = async (): Promise<void> => undefined
  const store = await openPostgresStore(pool)
  const channels = { none: { deliver, concurrency: underWay / outboxes } }
  const ours = Array.from({ length: outboxes }, () => createOutbox({ store, channels }))
  const boss = new PgBoss({ connectionString: url, max: bossWorkers, supervise: false, schedule: false })
  boss.on("error", (error) => console.error(error))
  await boss.start()
  cleanup.defer(async () => await boss.stop({ graceful: false }))
  await boss.createQueue(queue)
  const payload = new TextEncoder().encode(data)
  const batchSize = underWay / bossWorkers

  const workBoss = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = amount
    const options = { batchSize, localConcurrency: bossWorkers, burstWhenBatchFull: true, perJobResults: true } as const
    await boss.work<{ data: string }>(queue, options, async (jobs) => {
      await Promise.all(jobs.map(deliver))
      left -= jobs.length
      if (left <= 0) resolve()
      return jobs.map(({ id }) => ({ id, status: "completed" as const }))
    })
    await promise
    await boss.offWork(queue, { wait: true })
  }
  const fetchBoss = async (): Promise<void> => {
    for (;;) {
      const jobs = await boss.fetch<{ data: string }>(queue, { batchSize })
      if (jobs.length === 0) return
      await Promise.all(jobs.map(deliver))
      await boss.complete(
        queue,
        jobs.map(({ id }) => id),
      )
    }
  }
  const before = async (): Promise<void> => {
    for (let from = 0; from < amount; from += 2000) {
      const messages = Array.from({ length: 2000 }, () => ({ channel: "none", destination: "me", payload }))
      await ours[0]?.enqueue(messages)
      await boss.insert(
        queue,
        messages.map(() => ({ data: { data } })),
      )
    }
    await pool.query("analyze")
  }
  const common = { amount, unit: "messages per second", before }
  const drain = async (): Promise<unknown> => await Promise.all(ours.map(async (outbox) => await outbox.deliverDue()))
  const asWorker = await byTheClock({
    ...common,
    name: "drain, PostgreSQL: claim, deliver, settle each",
    goal: 2,
    peerName: "pg-boss, worker",
    ours: drain,
    peer: workBoss,
  })
  const bare = await byTheClock({
    ...common,
    name: "drain, PostgreSQL, beside calls that settle a batch as one",
    peerName: "pg-boss, fetch and complete",
    ours: drain,
    peer: async () => await Promise.all(Array.from({ length: bossWorkers }, fetchBoss)),
  })
  return [asWorker, bare]
}
