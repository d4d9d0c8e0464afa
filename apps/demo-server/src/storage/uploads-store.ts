import type { Kysely } from "kysely"
import type { Schema } from "./schema.ts"
import { usedBytes } from "./usage.ts"

/** An upload that no capture has taken yet. Its blob has the same name. */
export interface OpenUpload {
  readonly id: string
  readonly accountId: string
  /** Declared length, reserved against the quota. */
  readonly bytes: number
  readonly createdAt: number
  readonly expiresAt: number
}

export interface ReserveLimits {
  readonly quotaBytes: number
  readonly openUploads: number
}

export type UploadsStore = ReturnType<typeof uploadsStore>

export function uploadsStore(rows: Kysely<Schema>) {
  return {
    /** Reserves the upload's bytes, in one transaction with the check: parallel uploads cannot pass the quota together. */
    async reserve(upload: OpenUpload, limits: ReserveLimits): Promise<"reserved" | "quota-exceeded" | "too-many-open"> {
      return await rows.transaction().execute(async (within) => {
        const { open } = await within
          .selectFrom("uploads")
          .where("account_id", "=", upload.accountId)
          .select(({ fn }) => fn.countAll<number>().as("open"))
          .executeTakeFirstOrThrow()
        if (Number(open) >= limits.openUploads) return "too-many-open"
        if ((await usedBytes(within, upload.accountId)) + upload.bytes > limits.quotaBytes) return "quota-exceeded"
        await within
          .insertInto("uploads")
          .values({
            id: upload.id,
            account_id: upload.accountId,
            bytes: upload.bytes,
            created_at: upload.createdAt,
            expires_at: upload.expiresAt,
          })
          .execute()
        return "reserved"
      })
    },

    async find(id: string, accountId: string): Promise<OpenUpload | undefined> {
      return await rows
        .selectFrom("uploads")
        .where("id", "=", id)
        .where("account_id", "=", accountId)
        .select(["id", "account_id as accountId", "bytes", "created_at as createdAt", "expires_at as expiresAt"])
        .executeTakeFirst()
    },

    /** Frees the reservation and marks the blob for removal. False when it is gone or a capture has it. */
    async drop(id: string, accountId: string): Promise<boolean> {
      return await rows.transaction().execute(async (within) => {
        const { numDeletedRows } = await within
          .deleteFrom("uploads")
          .where("id", "=", id)
          .where("account_id", "=", accountId)
          .executeTakeFirst()
        if (numDeletedRows === 0n) return false
        await within.insertInto("pending_deletes").values({ blob_id: id }).execute()
        return true
      })
    },

    /** Frees the reservation of an upload whose blob a crash kept from being made. */
    async forget(id: string): Promise<void> {
      await rows.deleteFrom("uploads").where("id", "=", id).execute()
    },

    /** Drops every upload past its time, and returns the names of their blobs. */
    async dropExpired(now: number): Promise<readonly string[]> {
      return await rows.transaction().execute(async (within) => {
        const expired = await within
          .deleteFrom("uploads")
          .where("expires_at", "<=", now)
          .returning("id as blob_id")
          .execute()
        if (expired.length > 0) await within.insertInto("pending_deletes").values(expired).execute()
        return expired.map((row) => row.blob_id)
      })
    },
  }
}
