import { Kysely, PostgresDialect, type PostgresPool } from "kysely"
import type { AlertStore } from "./engine/alert-store.ts"
import { attemptPatiently } from "./sql/attempts.ts"
import { createAlertTables } from "./sql/create-tables.ts"
import type { AlertTables } from "./sql/schema.ts"
import { sqlStore } from "./sql/sql-store.ts"

/**
 * A store in a PostgreSQL database, over a pool of `pg`, which stays yours to end. Creates its tables, `alerts_…`, in
 * the first schema of the pool's search path.
 */
export async function openPostgresStore(pool: PostgresPool): Promise<AlertStore> {
  const database = new Kysely<AlertTables>({ dialect: new PostgresDialect({ pool }) })
  await attemptPatiently(async () => await createAlertTables(database, "postgres"))
  return sqlStore(database, "postgres")
}
