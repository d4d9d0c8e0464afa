import type { Kysely } from "kysely"
import type { BlobStore } from "./blob-store.ts"
import type { Schema } from "./schema.ts"

/** Rows go first, in one transaction with a note; then the blob; then the note. A crash in between is replayed. */
export type PendingDeletes = ReturnType<typeof pendingDeletes>

export function pendingDeletes(rows: Kysely<Schema>, blobs: BlobStore) {
  return {
    async carryOut(blobId: string): Promise<void> {
      await blobs.remove(blobId)
      await rows.deleteFrom("pending_deletes").where("blob_id", "=", blobId).execute()
    },

    async list(): Promise<readonly string[]> {
      return (await rows.selectFrom("pending_deletes").select("blob_id").execute()).map((row) => row.blob_id)
    },
  }
}
