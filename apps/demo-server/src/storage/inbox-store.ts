import { sql, type Kysely } from "kysely"
import type { CaptureParts } from "./captures-store.ts"
import { photoRemoval, removePhotos } from "./photo-removal.ts"
import type { Schema } from "./schema.ts"

/** What mails about a browser's photos carry beside the words: a link, the sealed file, the picture itself. */
export type AlertContentChoice = "link" | "sealed" | "clear"

export interface ArmedDevice {
  readonly accountId: string
  readonly deviceId: string
  readonly content: AlertContentChoice
  readonly armedAt: number
}

export interface InboxPhoto extends CaptureParts {
  readonly accountId: string
  readonly captureId: string
  readonly deviceId: string
  readonly receivedAt: number
  readonly blobId: string
  readonly mediaBytes: number
}

export interface InboxItem extends Pick<CaptureParts, "header" | "record" | "sealing" | "private"> {
  readonly captureId: string
  readonly deviceId: string
  readonly receivedAt: number
  readonly isReviewed: boolean
  readonly blobId: string
  readonly mediaBytes: number
}

/** Photos past the cap. */
export interface InboxAttempts {
  readonly deviceId: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

const hourMs = 3_600_000
const quarterMs = hourMs / 4
/** In an hour from one browser, and in a day for one account. */
const perHour = 6
const perDay = 20
/** The first ones stay, whatever comes; of the others the last ones. */
const keptFirst = 10
const keptLast = 30
const maxBytes = 25 << 20

export type InboxStore = ReturnType<typeof inboxStore>

/** Photos of armed browsers, apart from the captures: capped, and counted past the cap. */
export function inboxStore(rows: Kysely<Schema>) {
  const ofAccount = (accountId: string) => rows.selectFrom("inbox").where("account_id", "=", accountId)
  return {
    /** Arms a browser, or arms it anew under another token. */
    async arm(device: ArmedDevice, tokenHash: string): Promise<void> {
      const changed = { token_hash: tokenHash, content: device.content, armed_at: device.armedAt }
      await rows
        .insertInto("armed_devices")
        .values({ account_id: device.accountId, device_id: device.deviceId, ...changed })
        .onConflict((conflict) => conflict.columns(["account_id", "device_id"]).doUpdateSet(changed))
        .execute()
    },

    async disarm(accountId: string, deviceId: string): Promise<void> {
      await rows
        .deleteFrom("armed_devices")
        .where("account_id", "=", accountId)
        .where("device_id", "=", deviceId)
        .execute()
    },

    async armedByToken(tokenHash: string): Promise<ArmedDevice | undefined> {
      const row = await rows
        .selectFrom("armed_devices")
        .where("token_hash", "=", tokenHash)
        .selectAll()
        .executeTakeFirst()
      return row && toArmed(row)
    },

    async armed(accountId: string): Promise<readonly ArmedDevice[]> {
      const found = await rows
        .selectFrom("armed_devices")
        .where("account_id", "=", accountId)
        .selectAll()
        .orderBy("armed_at", "desc")
        .execute()
      return found.map(toArmed)
    },

    /** Whether another photo of that size is within the caps; `known` when this very one is here, `removed` when it was. */
    async room(photo: Pick<InboxPhoto, "accountId" | "captureId" | "deviceId">, bytes: number, now: number) {
      const { accountId, captureId, deviceId } = photo
      const known = await ofAccount(accountId).where("capture_id", "=", captureId).select("position").executeTakeFirst()
      if (known !== undefined) return "known"
      const gone = await rows
        .selectFrom("inbox_removed")
        .where("account_id", "=", accountId)
        .where("capture_id", "=", captureId)
        .select("removed_at")
        .executeTakeFirst()
      if (gone !== undefined) return "removed"
      const since = async (ms: number, device?: string) => {
        const { count } = await ofAccount(accountId)
          .where("received_at", ">", now - ms)
          .$if(device !== undefined, (query) => query.where("device_id", "=", device ?? ""))
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow()
        return Number(count)
      }
      const { held } = await ofAccount(accountId)
        .select(({ fn }) => fn.sum<number | null>("total_bytes").as("held"))
        .executeTakeFirstOrThrow()
      const isWithin =
        (await since(hourMs, deviceId)) < perHour &&
        (await since(24 * hourMs)) < perDay &&
        Number(held ?? 0) + bytes <= maxBytes
      return isWithin ? "room" : "full"
    },

    /** Adds a photo whose blob is on disk. What has to go for it is noted as a pending delete, and returned. */
    async add(photo: InboxPhoto): Promise<readonly string[]> {
      return await rows.transaction().execute(async (within) => {
        const { last } = await within
          .selectFrom("inbox")
          .where("account_id", "=", photo.accountId)
          .select(({ fn }) => fn.max<number | null>("position").as("last"))
          .executeTakeFirstOrThrow()
        await within
          .insertInto("inbox")
          .values(toRow(photo, Number(last ?? 0) + 1))
          .execute()
        const kept = await within
          .selectFrom("inbox")
          .where("account_id", "=", photo.accountId)
          .select("capture_id")
          .orderBy("position")
          .execute()
        const evicted = kept.slice(keptFirst, Math.max(keptFirst, kept.length - keptLast))
        const { accountId, receivedAt } = photo
        const removed = evicted.map((row) => ({ accountId, captureId: row.capture_id }))
        return await removePhotos(within, removed, receivedAt)
      })
    },

    /** Counts a photo that was past the cap, once for each name. */
    async countAttempt(attempt: { accountId: string; deviceId: string; at: number; name: string }): Promise<void> {
      const { accountId, deviceId, at, name } = attempt
      const since = Math.floor(at / quarterMs) * quarterMs
      await rows
        .insertInto("inbox_attempts")
        .values({
          account_id: accountId,
          device_id: deviceId,
          since,
          count: 1,
          first_at: at,
          last_at: at,
          last_name: name,
        })
        .onConflict((conflict) =>
          conflict
            .columns(["account_id", "device_id", "since"])
            .doUpdateSet({ count: sql`inbox_attempts.count + 1`, last_at: at, last_name: name })
            .where("inbox_attempts.last_name", "!=", name),
        )
        .execute()
    },

    /** Newest first. */
    async list(accountId: string): Promise<readonly InboxItem[]> {
      const found = await ofAccount(accountId)
        .select(["capture_id as captureId", "device_id as deviceId", "received_at as receivedAt", "reviewed"])
        .select(["header", "record", "sealing", "private", "blob_id as blobId", "media_bytes as mediaBytes"])
        .orderBy("position", "desc")
        .execute()
      return found.map(({ reviewed, ...item }) => ({ ...item, isReviewed: reviewed === 1 }))
    },

    async attempts(accountId: string): Promise<readonly InboxAttempts[]> {
      return await rows
        .selectFrom("inbox_attempts")
        .where("account_id", "=", accountId)
        .select(["device_id as deviceId", "count", "first_at as firstAt", "last_at as lastAt"])
        .orderBy("last_at", "desc")
        .limit(100)
        .execute()
    },

    async part(accountId: string, captureId: string, name: "thumbnail" | "chunks"): Promise<Uint8Array | undefined> {
      const row = await ofAccount(accountId).where("capture_id", "=", captureId).select(name).executeTakeFirst()
      return row?.[name]
    },

    async blob(accountId: string, captureId: string) {
      return await ofAccount(accountId)
        .where("capture_id", "=", captureId)
        .select(["blob_id as blobId", "media_bytes as mediaBytes"])
        .executeTakeFirst()
    },

    async review(accountId: string, captureIds: readonly string[]): Promise<void> {
      await rows
        .updateTable("inbox")
        .where("account_id", "=", accountId)
        .where("capture_id", "in", captureIds)
        .set({ reviewed: 1 })
        .execute()
    },

    ...photoRemoval(rows),
  }
}

function toRow(photo: InboxPhoto, position: number): Schema["inbox"] {
  const { header, record, sealing, private: sealed, thumbnail, chunks, mediaBytes } = photo
  const parts = { header, record, sealing, private: sealed, thumbnail, chunks }
  return {
    ...parts,
    account_id: photo.accountId,
    capture_id: photo.captureId,
    device_id: photo.deviceId,
    position,
    received_at: photo.receivedAt,
    reviewed: 0,
    blob_id: photo.blobId,
    media_bytes: mediaBytes,
    total_bytes: Object.values(parts).reduce((sum, part) => sum + part.length, mediaBytes),
  }
}

function toArmed(row: Schema["armed_devices"]): ArmedDevice {
  return {
    accountId: row.account_id,
    deviceId: row.device_id,
    content: row.content as AlertContentChoice,
    armedAt: row.armed_at,
  }
}
