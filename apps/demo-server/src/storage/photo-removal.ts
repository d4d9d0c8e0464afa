import type { Kysely, Transaction } from "kysely"
import { removeCopies } from "./photo-copies.ts"
import type { PhotoId } from "./photo-name.ts"
import type { Schema } from "./schema.ts"

/** How photos leave the inbox: for good, with every copy of them. */
export function photoRemoval(rows: Kysely<Schema>) {
  return {
    /**
     * Removes a photo's row and what alerts carry of it, with notes about its blob and its mails.
     * @returns the blob, now to be removed.
     */
    async drop(accountId: string, captureId: string, now: number): Promise<string | undefined> {
      const [blobId] = await rows
        .transaction()
        .execute(async (within) => await removePhotos(within, [{ accountId, captureId }], now))
      return blobId
    },

    /** What is older goes; the blobs are noted as pending deletes. */
    async dropBefore(time: number, now: number): Promise<void> {
      await rows.transaction().execute(async (within) => {
        const old = await within
          .selectFrom("inbox")
          .where("received_at", "<", time)
          .select(["account_id as accountId", "capture_id as captureId"])
          .execute()
        await removePhotos(within, old, now)
        await within.deleteFrom("inbox_attempts").where("last_at", "<", time).execute()
        await within.deleteFrom("inbox_removed").where("is_clean", "=", 1).where("removed_at", "<", time).execute()
      })
    },

    /** Removed photos of which a mail may still turn up: one that was on its way when they were removed. */
    async unclean(): Promise<readonly PhotoId[]> {
      return await rows
        .selectFrom("inbox_removed")
        .where("is_clean", "=", 0)
        .select(["account_id as accountId", "capture_id as captureId"])
        .execute()
    },

    /** Nothing turns up any more of what was removed before that time. */
    async setClean(photos: readonly PhotoId[], removedBefore: number): Promise<void> {
      for (const { accountId, captureId } of photos)
        await rows
          .updateTable("inbox_removed")
          .where("account_id", "=", accountId)
          .where("capture_id", "=", captureId)
          .where("removed_at", "<=", removedBefore)
          .set({ is_clean: 1 })
          .execute()
    },
  }
}

/** Removes rows and what alerts carry of them, with notes about blobs and mails. @returns the blobs, now to be removed. */
export async function removePhotos(
  within: Transaction<Schema>,
  photos: readonly PhotoId[],
  now: number,
): Promise<readonly string[]> {
  const blobIds: string[] = []
  for (const { accountId, captureId } of photos) {
    const removed = await within
      .deleteFrom("inbox")
      .where("account_id", "=", accountId)
      .where("capture_id", "=", captureId)
      .returning("blob_id")
      .executeTakeFirst()
    if (removed === undefined) continue
    blobIds.push(removed.blob_id)
    await within.insertInto("pending_deletes").values(removed).execute()
    await within
      .insertInto("inbox_removed")
      .values({ account_id: accountId, capture_id: captureId, removed_at: now, is_clean: 0 })
      .execute()
    await removeCopies(within, { accountId, captureId })
  }
  return blobIds
}
