import { Kysely } from "kysely"
import { DatabaseSync } from "node:sqlite"
import type { AlertStore } from "../engine/alert-store.ts"
import { attemptPatiently } from "../sql/attempts.ts"
import { createAlertTables } from "../sql/create-tables.ts"
import type { AlertTables } from "../sql/schema.ts"
import { SqlStore } from "../sql/sql-store.ts"
import { nodeSqliteDialect } from "./sqlite-dialect.ts"

export { nodeSqliteDialect } from "./sqlite-dialect.ts"

/** A store that holds a database file open. */
export interface SqliteStore extends AlertStore, AsyncDisposable {
  close(): Promise<void>
}

/** How long a write waits for another process, in milliseconds: SQLite stops the whole program meanwhile. */
const busyTimeoutMs = 5
const pragmas = "pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on"

/**
 * Opens, and creates where there is none, a database file for alerts alone. Its transactions survive a power cut
 * (synchronous FULL); deleted content is overwritten. Several processes may use the file at once.
 *
 * To keep alerts among your own tables, see `@darkslide/alerts/sql`.
 */
export async function openSqliteStore(path: string): Promise<SqliteStore> {
  const sqlite = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    await attemptPatiently(async () => sqlite.exec(pragmas))
    const database = new Kysely<AlertTables>({ dialect: nodeSqliteDialect(sqlite) })
    await attemptPatiently(async () => await createAlertTables(database, "sqlite"))
    return new OwnedSqliteStore(database)
  } catch (error) {
    sqlite.close()
    throw error
  }
}

class OwnedSqliteStore extends SqlStore implements SqliteStore {
  constructor(database: Kysely<AlertTables>) {
    super(database, "sqlite", attemptPatiently)
  }

  async close(): Promise<void> {
    await this.database.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
