import type { AccountsStore } from "./accounts-store.ts"
import type { BlobStore } from "./blob-store.ts"
import type { CapturesStore } from "./captures-store.ts"
import type { InboxStore } from "./inbox-store.ts"
import type { MailFiles } from "./mail-files.ts"
import type { PendingDeletes } from "./pending-deletes.ts"
import type { SessionsStore } from "./sessions-store.ts"
import type { UploadsStore } from "./uploads-store.ts"

/** What was put right, in counts. `missingBlobs` cannot be: the files were removed behind the server's back. */
export interface RepairReport {
  readonly replayedDeletes: number
  readonly expiredUploads: number
  readonly lostUploads: number
  readonly orphanBlobs: number
  readonly missingBlobs: number
}

export interface RepairedStores {
  readonly accounts: AccountsStore
  readonly sessions: SessionsStore
  readonly uploads: UploadsStore
  readonly captures: CapturesStore
  readonly inbox: InboxStore
  readonly mails: MailFiles
  readonly deletes: PendingDeletes
  readonly blobs: BlobStore
}

const historyDays = 30
const inboxDays = 30
const dayMs = 86_400_000
/** By then a mail that was on its way when its photo was removed is written, or will be written without it. */
const onItsWayMs = 10 * 60_000

/** Ends what is past its time. Runs at start and every few minutes; safe beside requests. */
export async function sweep(
  stores: RepairedStores,
  now: number,
): Promise<{ replayedDeletes: number; expiredUploads: number }> {
  const expired = await stores.uploads.dropExpired(now)
  await stores.inbox.dropBefore(now - inboxDays * dayMs, now)
  const unclean = await stores.inbox.unclean()
  await stores.mails.removeWith(unclean)
  await stores.inbox.setClean(unclean, now - onItsWayMs)
  const pending = await stores.deletes.list()
  for (const blobId of pending) await stores.deletes.carryOut(blobId)
  await stores.sessions.dropExpired(now)
  await stores.accounts.dropHistoryBefore(now - historyDays * dayMs)
  return { replayedDeletes: pending.length - expired.length, expiredUploads: expired.length }
}

/** Brings rows and blobs together after a crash. Only at start, before the first request. */
export async function repair(stores: RepairedStores, now: number): Promise<RepairReport> {
  const swept = await sweep(stores, now)
  const { captured, open } = await stores.captures.heldBlobs()
  const present = new Set(await stores.blobs.list())
  const lostUploads = open.filter((id) => !present.has(id))
  for (const id of lostUploads) await stores.uploads.forget(id)
  const held = new Set([...captured, ...open])
  const orphans = [...present].filter((id) => !held.has(id))
  for (const id of orphans) await stores.blobs.remove(id)
  return {
    ...swept,
    lostUploads: lostUploads.length,
    orphanBlobs: orphans.length,
    missingBlobs: captured.filter((id) => !present.has(id)).length,
  }
}
