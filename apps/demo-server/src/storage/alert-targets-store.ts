import type { QuietHours } from "@darkslide/alerts"
import type { Kysely } from "kysely"
import type { Schema } from "./schema.ts"

export type TargetChannel = "mail" | "push" | "webhook" | "ntfy"

/** Where an account wants its alerts. */
export interface AlertTarget {
  readonly id: string
  readonly accountId: string
  readonly channel: TargetChannel
  readonly destination: string
  /** Signs webhooks; empty for other channels. */
  readonly secret: string
  readonly createdAt: number
}

export type AlertTargetsStore = ReturnType<typeof alertTargetsStore>

export function alertTargetsStore(rows: Kysely<Schema>) {
  return {
    async add(target: AlertTarget): Promise<void> {
      const { id, accountId, channel, destination, secret, createdAt } = target
      const row = { id, account_id: accountId, channel, destination, secret, created_at: createdAt }
      await rows.insertInto("alert_targets").values(row).execute()
    },

    async remove(accountId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await rows
        .deleteFrom("alert_targets")
        .where("account_id", "=", accountId)
        .where("id", "=", id)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    /** Oldest first; of every account, or of one. */
    async list(accountId?: string): Promise<readonly AlertTarget[]> {
      const found = await rows
        .selectFrom("alert_targets")
        .$if(accountId !== undefined, (query) => query.where("account_id", "=", accountId ?? ""))
        .selectAll()
        .orderBy("created_at")
        .execute()
      return found.map((row) => ({
        id: row.id,
        accountId: row.account_id,
        channel: row.channel as TargetChannel,
        destination: row.destination,
        secret: row.secret,
        createdAt: row.created_at,
      }))
    },

    async setQuietHours(accountId: string, hours: QuietHours | undefined): Promise<void> {
      const quiet_hours = hours === undefined ? "" : JSON.stringify(hours)
      await rows
        .insertInto("alert_settings")
        .values({ account_id: accountId, quiet_hours })
        .onConflict((conflict) => conflict.column("account_id").doUpdateSet({ quiet_hours }))
        .execute()
    },

    async quietHours(accountId: string): Promise<QuietHours | undefined> {
      const row = await rows
        .selectFrom("alert_settings")
        .where("account_id", "=", accountId)
        .select("quiet_hours")
        .executeTakeFirst()
      return row === undefined || row.quiet_hours === "" ? undefined : (JSON.parse(row.quiet_hours) as QuietHours)
    },

    accountIds: async (): Promise<readonly string[]> =>
      (await rows.selectFrom("accounts").select("account_id").execute()).map((row) => row.account_id),
  }
}
