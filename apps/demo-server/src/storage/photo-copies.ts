import type { Notification } from "@darkslide/alerts"
import { sql, type Transaction } from "kysely"
import { photoName, type PhotoId } from "./photo-name.ts"
import type { Schema } from "./schema.ts"

/**
 * Takes a photo out of what alerts still carry of it: the alert's own row, and messages that wait, or that were given up
 * and may be sent again. They go without attachments then.
 */
export async function removeCopies(within: Transaction<Schema>, photo: PhotoId): Promise<void> {
  const { accountId } = photo
  const name = photoName(photo)
  const own = within.selectFrom("alerts_alerts").where("account_id", "=", accountId).select("id")
  const alerts = await within
    .selectFrom("alerts_alerts")
    .where("account_id", "=", accountId)
    .where(sql<boolean>`instr(body, ${name}) > 0`)
    .select(["id", "body"])
    .execute()
  for (const { id, body } of alerts) {
    const state = JSON.parse(body) as { readonly content: Attachments }
    const bare = JSON.stringify({ ...state, content: withoutAttachments(state.content) })
    await within.updateTable("alerts_alerts").where("id", "=", id).set({ body: bare }).execute()
  }
  const messages = await within
    .selectFrom("alerts_outbox")
    .where("alert", "in", own)
    .where("state", "in", ["waiting", "dead"])
    .where(sql<boolean>`instr(payload, cast(${name} as blob)) > 0`)
    .select(["id", "payload"])
    .execute()
  for (const { id, payload } of messages) {
    const notification = JSON.parse(Buffer.from(payload).toString()) as Attachments
    const bare = new Uint8Array(Buffer.from(JSON.stringify(withoutAttachments(notification))))
    await within.updateTable("alerts_outbox").where("id", "=", id).set({ payload: bare }).execute()
  }
}

type Attachments = Pick<Notification, "picture" | "clip" | "sealed">

function withoutAttachments<Content extends Attachments>(content: Content): Omit<Content, keyof Attachments> {
  const { picture: _picture, clip: _clip, sealed: _sealed, ...rest } = content
  return rest
}
