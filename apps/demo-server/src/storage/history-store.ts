import type { Kysely } from "kysely"
import type { Schema } from "./schema.ts"
import { usedBytes } from "./usage.ts"

/** `stands`: these very bytes are there already. `gap`: the number before is missing. */
export type PutResult = "stored" | "stands" | "taken" | "gap" | "quota-exceeded"

export interface SegmentSize {
  readonly number: number
  readonly bytes: number
}

export type HistoryStore = ReturnType<typeof historyStore>

/** The sealed segments of each account's history: only ever added behind the last, and removed from the front. */
export function historyStore(rows: Kysely<Schema>) {
  return {
    async list(
      accountId: string,
      page: { readonly from: number; readonly limit: number },
    ): Promise<readonly SegmentSize[]> {
      return await rows
        .selectFrom("history_segments")
        .where("account_id", "=", accountId)
        .where("number", ">=", page.from)
        .select(["number", "bytes"])
        .orderBy("number")
        .limit(page.limit)
        .execute()
    },

    get: async (accountId: string, number: number): Promise<Uint8Array | undefined> =>
      await segmentAt(rows, accountId, number),

    /** In one transaction with its checks: of several writers one is stored, and parallel ones cannot pass the quota. */
    async put(accountId: string, number: number, segment: Uint8Array, quotaBytes: number): Promise<PutResult> {
      return await rows.transaction().execute(async (within) => {
        const last = await lastNumber(within, accountId)
        if (number > last + 1) return "gap"
        if (number <= last) {
          const held = await segmentAt(within, accountId, number)
          return held !== undefined && Buffer.compare(held, segment) === 0 ? "stands" : "taken"
        }
        if ((await usedBytes(within, accountId)) + segment.length > quotaBytes) return "quota-exceeded"
        const row = { account_id: accountId, number, segment, bytes: segment.length }
        await within.insertInto("history_segments").values(row).execute()
        return "stored"
      })
    },

    /**
     * Removes all with lower numbers, in one transaction. The last segment stays, so that no number is ever given twice:
     * false, and nothing is removed, when it would go.
     */
    async removeBefore(accountId: string, number: number): Promise<boolean> {
      return await rows.transaction().execute(async (within) => {
        if (number > 1 && number > (await lastNumber(within, accountId))) return false
        await within
          .deleteFrom("history_segments")
          .where("account_id", "=", accountId)
          .where("number", "<", number)
          .execute()
        return true
      })
    },
  }
}

async function segmentAt(rows: Kysely<Schema>, accountId: string, number: number): Promise<Uint8Array | undefined> {
  const row = await rows
    .selectFrom("history_segments")
    .where("account_id", "=", accountId)
    .where("number", "=", number)
    .select("segment")
    .executeTakeFirst()
  return row?.segment
}

/** 0 where there is none. */
async function lastNumber(rows: Kysely<Schema>, accountId: string): Promise<number> {
  const { last } = await rows
    .selectFrom("history_segments")
    .where("account_id", "=", accountId)
    .select(({ fn }) => fn.max<number | null>("number").as("last"))
    .executeTakeFirstOrThrow()
  return Number(last ?? 0)
}
