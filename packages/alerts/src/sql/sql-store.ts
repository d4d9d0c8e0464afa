import type { Kysely } from "kysely"
import type { AlertRow, AlertStore, AlertTransaction } from "../engine/alert-store.ts"
import { attemptOnce, attemptPatiently } from "./attempts.ts"
import type { AlertTables, SqlDialect } from "./schema.ts"
import { SqlOutbox } from "./sql-outbox.ts"
import { SqlTransaction, toAlertRow } from "./sql-transaction.ts"

/** The alerts and their outbox in tables `alerts_…`, over any Kysely of these two dialects. */
export class SqlStore extends SqlOutbox implements AlertStore {
  async transaction<Result>(work: (transaction: AlertTransaction) => Promise<Result>): Promise<Result> {
    return await this.attempt(
      async () =>
        await this.database
          .transaction()
          .execute(async (database) => await work(new SqlTransaction(database, this.dialect, attemptOnce))),
    )
  }

  async dueAlerts(now: number, limit: number): Promise<readonly AlertRow[]> {
    return await this.#rows(
      async () =>
        await this.database
          .selectFrom("alerts_alerts")
          .selectAll()
          .where("next_at", "is not", null)
          .where("next_at", "<=", now)
          .orderBy("next_at")
          .limit(limit)
          .execute(),
    )
  }

  async nextAlert(): Promise<number | undefined> {
    const row = await this.attempt(
      async () =>
        await this.database
          .selectFrom("alerts_alerts")
          .select(({ fn }) => fn.min("next_at").as("next_at"))
          .where("next_at", "is not", null)
          .executeTakeFirst(),
    )
    return row?.next_at === undefined || row.next_at === null ? undefined : Number(row.next_at)
  }

  async alerts({
    limit,
    open,
  }: {
    readonly limit: number
    readonly open?: boolean | undefined
  }): Promise<readonly AlertRow[]> {
    return await this.#rows(async () => {
      const query = this.database.selectFrom("alerts_alerts").selectAll().orderBy("updated_at", "desc").limit(limit)
      if (open === undefined) return await query.execute()
      return await query.where("slot", open ? "is not" : "is", null).execute()
    })
  }

  async alertsAfter(after: number): Promise<readonly AlertRow[]> {
    return await this.#rows(
      async () =>
        await this.database
          .selectFrom("alerts_alerts")
          .selectAll()
          .where("updated_at", ">", after)
          .where("next_at", "is not", null)
          .execute(),
    )
  }

  async forget(now: number, closedBefore: number): Promise<void> {
    await this.attempt(async () => {
      await this.database.deleteFrom("alerts_seen").where("until", "<=", now).execute()
      await this.database
        .deleteFrom("alerts_alerts")
        .where("slot", "is", null)
        .where("updated_at", "<", closedBefore)
        .execute()
    })
  }

  async #rows(read: () => Promise<readonly AlertTables["alerts_alerts"][]>): Promise<readonly AlertRow[]> {
    return (await this.attempt(read)).map(toAlertRow)
  }
}

/**
 * A store over your own Kysely, whose database holds your own tables too. Create the tables first, with
 * {@link createAlertTables}.
 */
export function sqlStore(database: Kysely<AlertTables>, dialect: SqlDialect): AlertStore {
  return new SqlStore(database, dialect, attemptPatiently)
}

/** For `outbox.enqueue(…, { store })`: the messages are there if your open transaction commits. */
export function withinTransaction(database: Kysely<AlertTables>, dialect: SqlDialect): Pick<AlertStore, "add"> {
  return new SqlOutbox(database, dialect, attemptOnce)
}
