import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Kysely } from "kysely"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { nodeSqliteDialect } from "../../src/node/sqlite-dialect.ts"
import { openSqliteStore } from "../../src/node/sqlite.ts"
import { createOutbox } from "../../src/outbox/outbox.ts"
import { createAlertTables } from "../../src/sql/create-tables.ts"
import type { AlertTables } from "../../src/sql/schema.ts"
import { sqlStore, withinTransaction } from "../../src/sql/sql-store.ts"

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alerts-sqlite-"))
  path = join(folder, "alerts.db")
})
afterEach(() => rmSync(folder, { recursive: true }))

const channels = { none: async () => undefined }
const message = (bytes = 10) => ({ channel: "none", destination: "me", payload: new Uint8Array(bytes) })

async function ownDatabase() {
  const sqlite = new DatabaseSync(path)
  const database = new Kysely<AlertTables>({ dialect: nodeSqliteDialect(sqlite) })
  await createAlertTables(database, "sqlite")
  return { sqlite, database, outbox: createOutbox({ store: sqlStore(database, "sqlite"), channels }) }
}

describe("SQLite", () => {
  test("a locked database is waited for, without holding up the program", async () => {
    await using store = await openSqliteStore(path)
    const outbox = createOutbox({ store, channels })
    const other = new DatabaseSync(path)
    other.exec("begin exclusive")
    let isDone = false
    const enqueued = outbox.enqueue(message()).then((count) => {
      isDone = true
      return count
    })
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
    expect(isDone).toBe(false)
    other.exec("rollback")
    expect(await enqueued).toBe(1)
    other.close()
  })

  test("a full database refuses with its code, keeps what it has, and takes more once there is room", async () => {
    const { sqlite, database, outbox } = await ownDatabase()
    await outbox.enqueue(message())
    const { page_count: pages } = sqlite.prepare("pragma page_count").get() as { page_count: number }
    sqlite.exec(`pragma max_page_count = ${pages + 1}`)
    await expect(outbox.enqueue(message(100_000))).rejects.toMatchObject({ code: "ALERTS_STORE_FULL" })
    expect(await outbox.entries()).toHaveLength(1)
    sqlite.exec("pragma max_page_count = 100000")
    expect(await outbox.enqueue(message(100_000))).toBe(1)
    await outbox.deliverDue()
    expect(await outbox.entries({ state: "sent" })).toHaveLength(2)
    await database.destroy()
  })

  test("in your own transaction, messages are there if it commits, and only then", async () => {
    const { database, outbox } = await ownDatabase()
    const enqueueThen = async (fails: boolean) =>
      await database.transaction().execute(async (transaction) => {
        await outbox.enqueue(message(), { store: withinTransaction(transaction, "sqlite") })
        if (fails) throw new Error("changed my mind")
      })
    await expect(enqueueThen(true)).rejects.toThrow("changed my mind")
    expect(await outbox.entries()).toHaveLength(0)
    await enqueueThen(false)
    expect(await outbox.entries()).toHaveLength(1)
    await database.destroy()
  })

  test("what was delivered is gone from the file", async () => {
    await using store = await openSqliteStore(path)
    const outbox = createOutbox({ store, channels })
    const canary = new TextEncoder().encode("canary-of-the-payload")
    await outbox.enqueue({ ...message(), payload: canary })
    const holds = () => {
      const reader = new DatabaseSync(path)
      reader.exec("pragma wal_checkpoint(truncate)")
      const { held } = reader
        .prepare("select count(*) as held from alerts_outbox where instr(payload, ?) > 0")
        .get(canary) as {
        held: number
      }
      reader.close()
      return held
    }
    expect(holds()).toBe(1)
    await outbox.deliverDue()
    expect(holds()).toBe(0)
  })

  test("two processes that open a new file at once both can", async () => {
    const stores = await Promise.all([openSqliteStore(path), openSqliteStore(path)])
    for (const store of stores) expect(await createOutbox({ store, channels }).enqueue(message())).toBe(1)
    for (const store of stores) await store.close()
  })
})
