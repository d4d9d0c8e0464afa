import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { createOutbox } from "@darkslide/alerts"
import { openSqliteStore } from "@darkslide/alerts/sqlite"
import type { BenchRow } from "../../../tools/bench/bench.ts"
import { byTheClock } from "./by-the-clock.ts"

const amount = 2000
const payload = new Uint8Array(500)
const pragmas = "pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on"

/** Beside a bare loop over the same table with the same pragmas: one insert, or one update, per transaction. */
export async function benchSqlite(): Promise<readonly BenchRow[]> {
  await using cleanup = new AsyncDisposableStack()
  const folder = cleanup.adopt(mkdtempSync(join(tmpdir(), "alerts-bench-")), (path) =>
    rmSync(path, { recursive: true }),
  )
  const store = cleanup.use(await openSqliteStore(join(folder, "ours.db")))
  cleanup.use(await openSqliteStore(join(folder, "bare.db")))
  const bare = cleanup.adopt(new DatabaseSync(join(folder, "bare.db")), (database) => database.close())
  bare.exec(pragmas)
  const outbox = createOutbox({ store, channels: { none: { deliver: async () => undefined, concurrency: 64 } } })
  const insert = bare.prepare(
    "insert into alerts_outbox (id, key, channel, destination, payload, state, priority, attempts, created_at, updated_at, due_at, leased_until)" +
      " values (?, ?, 'none', 'me', ?, 'waiting', 1, 0, ?, ?, ?, 0)",
  )
  const update = bare.prepare(
    "update alerts_outbox set state = 'sent', owner = null, leased_until = 0, updated_at = ?, settled_at = ?, payload = x'' where id = ?",
  )
  const ids: string[] = []

  const enqueueOurs = async (): Promise<void> => {
    // As an app does that handles 64 requests at once: each waits until its own message is on disk.
    let left = amount
    const one = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        await outbox.enqueue({ channel: "none", destination: "me", payload })
      }
    }
    await Promise.all(Array.from({ length: 64 }, one))
  }
  const enqueueBare = async (): Promise<void> => {
    for (let index = 0; index < amount; index += 1) {
      const id = randomBytes(18).toString("base64url")
      const now = Date.now()
      insert.run(id, id, payload, now, now, now)
      ids.push(id)
    }
  }
  const drainBare = async (): Promise<void> => {
    for (const id of ids.splice(0)) update.run(Date.now(), Date.now(), id)
  }
  const common = { amount, goal: 0.7, unit: "messages per second" }
  const enqueued = await byTheClock({
    ...common,
    name: "durable enqueue, SQLite, synchronous FULL",
    peerName: "bare insert loop",
    ours: enqueueOurs,
    peer: enqueueBare,
  })
  await outbox.deliverDue()
  await drainBare()
  const drained = await byTheClock({
    ...common,
    name: "drain, SQLite, synchronous FULL: claim, deliver, settle",
    peerName: "bare update loop",
    before: async () => {
      await enqueueOurs()
      await enqueueBare()
    },
    ours: async () => await outbox.deliverDue(),
    peer: drainBare,
  })
  return [enqueued, drained]
}
