import type { Kysely, Transaction } from "kysely"
import type { Schema } from "./schema.ts"
import { usedBytes } from "./usage.ts"

/** The sealed parts of a capture, as the client made them. */
export interface CaptureParts {
  readonly header: Uint8Array
  readonly record: Uint8Array
  readonly sealing: Uint8Array
  readonly private: Uint8Array
  readonly thumbnail: Uint8Array
  readonly chunks: Uint8Array
}

export interface Commit extends CaptureParts {
  readonly accountId: string
  readonly captureId: string
  readonly uploadId: string
  readonly head: { readonly deviceId: string; readonly sequence: number; readonly document: Uint8Array }
  /** By which a retried commit is known. */
  readonly commitHash: string
  readonly committedOn: string
}

/** `deleted`, `stands` and `conflict` come before everything else: a retry must not need its upload again. */
export type CommitResult = "committed" | "stands" | "conflict" | "deleted" | "upload-missing" | "quota-exceeded"

export interface CaptureSummary {
  readonly captureId: string
  readonly position: number
  readonly header: Uint8Array
  readonly record: Uint8Array
  readonly sealing: Uint8Array
  readonly private: Uint8Array
  readonly blobId: string
  readonly mediaBytes: number
  readonly thumbnailBytes: number
  readonly committedOn: string
}

export type CapturesStore = ReturnType<typeof capturesStore>

export function capturesStore(rows: Kysely<Schema>) {
  const summaries = (accountId: string) =>
    rows
      .selectFrom("captures")
      .where("account_id", "=", accountId)
      .select(["capture_id as captureId", "position", "header", "record", "sealing", "private"])
      .select(["blob_id as blobId", "media_bytes as mediaBytes", "thumbnail_bytes as thumbnailBytes"])
      .select("committed_on as committedOn")

  return {
    /** What a commit meets that needs no upload: `undefined` when its id is free. */
    standing: (commit: Commit) => whatStands(rows, commit),

    /** Binds a complete upload to a capture, in one transaction. The caller has checked that the blob is on disk. */
    async commit(commit: Commit, quotaBytes: number): Promise<CommitResult> {
      return await rows
        .transaction()
        .execute(async (within) => {
          const standing = await whatStands(within, commit)
          if (standing !== undefined) return standing
          const upload = await within
            .deleteFrom("uploads")
            .where("id", "=", commit.uploadId)
            .where("account_id", "=", commit.accountId)
            .returning("bytes")
            .executeTakeFirst()
          if (upload === undefined) return "upload-missing"
          const row = captureRow(commit, upload.bytes, await nextPosition(within, "captures", commit.accountId))
          if ((await usedBytes(within, commit.accountId)) + row.total_bytes > quotaBytes) throw new QuotaExceeded()
          await within.insertInto("captures").values(row).execute()
          await keepHead(within, commit)
          return "committed"
        })
        .catch((error: unknown) => {
          if (error instanceof QuotaExceeded) return "quota-exceeded"
          throw error
        })
    },

    /** Newest first; `before` is the position that the last page ended with. */
    async list(
      accountId: string,
      page: { readonly before: number | undefined; readonly limit: number },
    ): Promise<readonly CaptureSummary[]> {
      const { before } = page
      return await summaries(accountId)
        .$if(before !== undefined, (query) => query.where("position", "<", before ?? 0))
        .orderBy("position", "desc")
        .limit(page.limit)
        .execute()
    },

    async find(accountId: string, captureId: string): Promise<CaptureSummary | "deleted" | undefined> {
      const found = await summaries(accountId).where("capture_id", "=", captureId).executeTakeFirst()
      if (found !== undefined) return found
      return (await tombstone(rows, accountId, captureId)) === undefined ? undefined : "deleted"
    },

    async part(accountId: string, captureId: string, name: "thumbnail" | "chunks"): Promise<Uint8Array | undefined> {
      const row = await rows
        .selectFrom("captures")
        .where("account_id", "=", accountId)
        .where("capture_id", "=", captureId)
        .select(name)
        .executeTakeFirst()
      return row?.[name]
    },

    /**
     * Puts a tombstone in place of a capture, and returns the name of its blob, now to be removed. Also for an id that
     * never arrived: its late commit must find the tombstone.
     */
    async bury(accountId: string, captureId: string, document: Uint8Array): Promise<string | undefined> {
      return await rows.transaction().execute(async (within) => {
        const removed = await within
          .deleteFrom("captures")
          .where("account_id", "=", accountId)
          .where("capture_id", "=", captureId)
          .returning("blob_id")
          .executeTakeFirst()
        if (removed !== undefined) await within.insertInto("pending_deletes").values(removed).execute()
        if ((await tombstone(within, accountId, captureId)) === undefined) {
          const position = await nextPosition(within, "tombstones", accountId)
          const row = { account_id: accountId, capture_id: captureId, position, document }
          await within.insertInto("tombstones").values(row).execute()
        }
        return removed?.blob_id
      })
    },

    /** Oldest first; `after` is the position that the last page ended with. */
    async tombstones(accountId: string, page: { readonly after: number; readonly limit: number }) {
      return await rows
        .selectFrom("tombstones")
        .where("account_id", "=", accountId)
        .where("position", ">", page.after)
        .select(["capture_id as captureId", "position", "document"])
        .orderBy("position")
        .limit(page.limit)
        .execute()
    },

    async heads(accountId: string) {
      return await rows
        .selectFrom("heads")
        .where("account_id", "=", accountId)
        .select(["device_id as deviceId", "head"])
        .orderBy("device_id")
        .execute()
    },

    /** The blobs that captures, the inbox and open uploads hold, over all accounts. */
    async heldBlobs() {
      const captured = await rows.selectFrom("captures").select("blob_id").execute()
      const open = await rows.selectFrom("uploads").select("id").execute()
      const received = await rows.selectFrom("inbox").select("blob_id").execute()
      return { captured: [...captured, ...received].map((row) => row.blob_id), open: open.map((row) => row.id) }
    },
  }
}

/** Thrown to roll the transaction back: the upload must stay open. */
class QuotaExceeded extends Error {}

async function whatStands(
  within: Kysely<Schema>,
  commit: Commit,
): Promise<"deleted" | "stands" | "conflict" | undefined> {
  if ((await tombstone(within, commit.accountId, commit.captureId)) !== undefined) return "deleted"
  const standing = await within
    .selectFrom("captures")
    .where("account_id", "=", commit.accountId)
    .where("capture_id", "=", commit.captureId)
    .select("commit_hash")
    .executeTakeFirst()
  if (standing === undefined) return undefined
  return standing.commit_hash === commit.commitHash ? "stands" : "conflict"
}

async function tombstone(rows: Kysely<Schema>, accountId: string, captureId: string) {
  return await rows
    .selectFrom("tombstones")
    .where("account_id", "=", accountId)
    .where("capture_id", "=", captureId)
    .select("position")
    .executeTakeFirst()
}

async function nextPosition(
  within: Transaction<Schema>,
  table: "captures" | "tombstones",
  accountId: string,
): Promise<number> {
  const { last } = await within
    .selectFrom(table)
    .where("account_id", "=", accountId)
    .select(({ fn }) => fn.max<number | null>("position").as("last"))
    .executeTakeFirstOrThrow()
  return Number(last ?? 0) + 1
}

function captureRow(commit: Commit, mediaBytes: number, position: number): Schema["captures"] {
  const { header, record, sealing, private: sealed, thumbnail, chunks } = commit
  const parts = [header, record, sealing, sealed, thumbnail, chunks, commit.head.document]
  return {
    account_id: commit.accountId,
    capture_id: commit.captureId,
    position,
    header,
    record,
    sealing,
    private: sealed,
    thumbnail,
    chunks,
    blob_id: commit.uploadId,
    media_bytes: mediaBytes,
    thumbnail_bytes: thumbnail.length,
    total_bytes: parts.reduce((sum, part) => sum + part.length, mediaBytes),
    commit_hash: commit.commitHash,
    committed_on: commit.committedOn,
  }
}

/** Keeps the newest head of a device: commits of parallel uploads may arrive out of order. */
async function keepHead(within: Transaction<Schema>, { accountId, head }: Commit): Promise<void> {
  const row = { account_id: accountId, device_id: head.deviceId, sequence: head.sequence, head: head.document }
  await within
    .insertInto("heads")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["account_id", "device_id"])
        .doUpdateSet({ sequence: row.sequence, head: row.head })
        .where("heads.sequence", "<", row.sequence),
    )
    .execute()
}
