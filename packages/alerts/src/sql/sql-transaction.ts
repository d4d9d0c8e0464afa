import type { AlertRow, AlertTransaction } from "../engine/alert-store.ts"
import type { AlertTables } from "./schema.ts"
import { SqlOutbox } from "./sql-outbox.ts"

/** One open transaction. */
export class SqlTransaction extends SqlOutbox implements AlertTransaction {
  async lockRule(rule: string): Promise<string | undefined> {
    await this.database
      .insertInto("alerts_rules")
      .values({ rule, body: "" })
      .onConflict((conflict) => conflict.column("rule").doNothing())
      .execute()
    const query = this.database.selectFrom("alerts_rules").select("body").where("rule", "=", rule)
    const { body } = await (this.dialect === "postgres" ? query.forUpdate() : query).executeTakeFirstOrThrow()
    return body === "" ? undefined : body
  }

  async saveRule(rule: string, body: string): Promise<void> {
    await this.database.updateTable("alerts_rules").set({ body }).where("rule", "=", rule).execute()
  }

  async openAlert(slot: string): Promise<AlertRow | undefined> {
    const row = await this.database.selectFrom("alerts_alerts").selectAll().where("slot", "=", slot).executeTakeFirst()
    return row && toAlertRow(row)
  }

  async alert(id: string): Promise<AlertRow | undefined> {
    const row = await this.database.selectFrom("alerts_alerts").selectAll().where("id", "=", id).executeTakeFirst()
    return row && toAlertRow(row)
  }

  async saveAlert({ id, slot, body, nextAt, updatedAt }: AlertRow): Promise<void> {
    const columns = { slot, body, next_at: nextAt, updated_at: updatedAt }
    await this.database
      .insertInto("alerts_alerts")
      .values({ id, ...columns })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(columns))
      .execute()
  }

  async see({ rule, event, alert, now, until }: Parameters<AlertTransaction["see"]>[0]): Promise<string | undefined> {
    const known = await this.database
      .selectFrom("alerts_seen")
      .select(["alert", "until"])
      .where("rule", "=", rule)
      .where("event", "=", event)
      .executeTakeFirst()
    if (known !== undefined && Number(known.until) > now) return known.alert
    await this.database
      .insertInto("alerts_seen")
      .values({ rule, event, alert, until })
      .onConflict((conflict) => conflict.columns(["rule", "event"]).doUpdateSet({ alert, until }))
      .execute()
    return undefined
  }

  async seenIn(event: string): Promise<readonly string[]> {
    const rows = await this.database.selectFrom("alerts_seen").select("alert").where("event", "=", event).execute()
    return rows.map(({ alert }) => alert)
  }
}

export function toAlertRow({ id, slot, body, next_at, updated_at }: AlertTables["alerts_alerts"]): AlertRow {
  return { id, slot, body, nextAt: next_at === null ? null : Number(next_at), updatedAt: Number(updated_at) }
}
