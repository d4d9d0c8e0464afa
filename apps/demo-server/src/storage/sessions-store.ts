import type { Kysely, Selectable } from "kysely"
import type { Schema } from "./schema.ts"

export type SessionTransport = "cookie" | "bearer"

/** A session as it is stored: never its token, only the token's hash. Times in milliseconds since 1970. */
export interface Session {
  readonly id: string
  readonly accountId: string
  readonly transport: SessionTransport
  readonly createdAt: number
  readonly seenAt: number
  readonly steppedUpAt: number
  readonly expiresAt: number
}

export type SessionsStore = ReturnType<typeof sessionsStore>

export function sessionsStore(rows: Kysely<Schema>) {
  return {
    async insert(session: Session, tokenHash: string): Promise<void> {
      await rows.insertInto("sessions").values(toRow(session, tokenHash)).execute()
    },

    /** Gives a session new times and a new token. False when it ended meanwhile. */
    async renew(session: Session, tokenHash: string): Promise<boolean> {
      const { numUpdatedRows } = await rows
        .updateTable("sessions")
        .where("id", "=", session.id)
        .set(toRow(session, tokenHash))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async findByToken(tokenHash: string, now: number): Promise<Session | undefined> {
      const row = await rows
        .selectFrom("sessions")
        .where("token_hash", "=", tokenHash)
        .where("expires_at", ">", now)
        .selectAll()
        .executeTakeFirst()
      return row === undefined ? undefined : fromRow(row)
    },

    async touch(id: string, times: { readonly seenAt: number; readonly expiresAt: number }): Promise<void> {
      await rows
        .updateTable("sessions")
        .where("id", "=", id)
        .set({ seen_at: times.seenAt, expires_at: times.expiresAt })
        .execute()
    },

    async list(accountId: string, now: number): Promise<readonly Session[]> {
      const found = await rows
        .selectFrom("sessions")
        .where("account_id", "=", accountId)
        .where("expires_at", ">", now)
        .selectAll()
        .orderBy("created_at", "desc")
        .orderBy("id")
        .execute()
      return found.map(fromRow)
    },

    async remove(id: string, accountId: string): Promise<boolean> {
      const { numDeletedRows } = await rows
        .deleteFrom("sessions")
        .where("id", "=", id)
        .where("account_id", "=", accountId)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    async dropExpired(now: number): Promise<void> {
      await rows.deleteFrom("sessions").where("expires_at", "<=", now).execute()
    },
  }
}

function toRow(session: Session, tokenHash: string): Schema["sessions"] {
  return {
    id: session.id,
    token_hash: tokenHash,
    account_id: session.accountId,
    transport: session.transport,
    created_at: session.createdAt,
    seen_at: session.seenAt,
    stepped_up_at: session.steppedUpAt,
    expires_at: session.expiresAt,
  }
}

function fromRow(row: Selectable<Schema["sessions"]>): Session {
  return {
    id: row.id,
    accountId: row.account_id,
    transport: row.transport,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    steppedUpAt: row.stepped_up_at,
    expiresAt: row.expires_at,
  }
}
