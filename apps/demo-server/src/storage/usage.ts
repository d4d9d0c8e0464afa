import type { Kysely } from "kysely"
import type { Schema } from "./schema.ts"

/** What an account holds, its history too, and what its open uploads have reserved, in bytes. */
export async function usedBytes(rows: Kysely<Schema>, accountId: string): Promise<number> {
  const { stored } = await rows
    .selectFrom("captures")
    .where("account_id", "=", accountId)
    .select(({ fn }) => fn.sum<number | null>("total_bytes").as("stored"))
    .executeTakeFirstOrThrow()
  const { reserved } = await rows
    .selectFrom("uploads")
    .where("account_id", "=", accountId)
    .select(({ fn }) => fn.sum<number | null>("bytes").as("reserved"))
    .executeTakeFirstOrThrow()
  const { history } = await rows
    .selectFrom("history_segments")
    .where("account_id", "=", accountId)
    .select(({ fn }) => fn.sum<number | null>("bytes").as("history"))
    .executeTakeFirstOrThrow()
  return Number(stored ?? 0) + Number(reserved ?? 0) + Number(history ?? 0)
}
