import type { AlertState, OutboxEntry } from "@darkslide/alerts"
import type { Kysely } from "kysely"
import type { Schema } from "./schema.ts"

export type AccountAlertsStore = ReturnType<typeof accountAlertsStore>

/** The alerts of one account, and what was sent of them: nothing here reads a row of another. */
export function accountAlertsStore(rows: Kysely<Schema>) {
  return {
    /** The newest change first. */
    async list(accountId: string, limit: number): Promise<readonly AlertState[]> {
      const found = await rows
        .selectFrom("alerts_alerts")
        .where("account_id", "=", accountId)
        .select("body")
        .orderBy("updated_at", "desc")
        .limit(limit)
        .execute()
      return found.map(({ body }) => JSON.parse(body) as AlertState)
    },

    async has(accountId: string, alertId: string): Promise<boolean> {
      const found = await rows
        .selectFrom("alerts_alerts")
        .where("account_id", "=", accountId)
        .where("id", "=", alertId)
        .select("id")
        .executeTakeFirst()
      return found !== undefined
    },

    /** The newest first. Destinations stand in it as they are. */
    async log(accountId: string, limit: number): Promise<readonly Omit<OutboxEntry, "dueAt">[]> {
      return await rows
        .selectFrom("alerts_outbox as sent")
        .innerJoin("alerts_alerts as told", "told.id", "sent.alert")
        .where("told.account_id", "=", accountId)
        .select(["sent.id", "key", "channel", "destination", "state", "attempts", "code"])
        .select(["created_at as createdAt", "sent.updated_at as updatedAt"])
        .orderBy("sent.updated_at", "desc")
        .limit(limit)
        .execute()
    },
  }
}
