import { createAlertTables } from "@darkslide/alerts/sql"
import { nodeSqliteDialect } from "@darkslide/alerts/sqlite"
import { Kysely, sql } from "kysely"
import { DatabaseSync } from "node:sqlite"
import { migrate } from "./migrations.ts"
import type { Schema } from "./schema.ts"

/** The rows. A transaction that returned is on disk. */
export interface Database {
  readonly rows: Kysely<Schema>
  /** Removes deleted content from the write-ahead log too. */
  forgetDeleted(): Promise<void>
  close(): Promise<void>
}

/** How long a write waits for another process, in milliseconds: SQLite blocks the whole program meanwhile. */
const busyTimeoutMs = 20

export async function openDatabase(path: string): Promise<Database> {
  const sqlite = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
  // synchronous=FULL: with NORMAL a power cut loses transactions that were answered. Set on every open.
  sqlite.exec("pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on")
  const rows = new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite) })
  await createAlertTables(rows, "sqlite")
  await migrate(rows)
  return {
    rows,
    // Queued like any other query: within somebody's transaction it would fail.
    forgetDeleted: async () => void (await sql`pragma wal_checkpoint(truncate)`.execute(rows)),
    close: () => rows.destroy(),
  }
}
