import type { AlertStore } from "@darkslide/alerts"
import { sqlStore } from "@darkslide/alerts/sql"
import { mkdir } from "node:fs/promises"
import { join, resolve } from "node:path"
import { accountAlertsStore } from "./account-alerts-store.ts"
import type { AccountAlertsStore } from "./account-alerts-store.ts"
import { accountsStore } from "./accounts-store.ts"
import type { AccountsStore } from "./accounts-store.ts"
import { alertTargetsStore } from "./alert-targets-store.ts"
import type { AlertTargetsStore } from "./alert-targets-store.ts"
import { openBallast } from "./ballast.ts"
import { openBlobFiles } from "./blob-files.ts"
import type { BlobStore } from "./blob-store.ts"
import { capturesStore } from "./captures-store.ts"
import type { CapturesStore } from "./captures-store.ts"
import { openDatabase } from "./database.ts"
import type { Database } from "./database.ts"
import { historyStore } from "./history-store.ts"
import type { HistoryStore } from "./history-store.ts"
import { inboxStore } from "./inbox-store.ts"
import type { InboxStore } from "./inbox-store.ts"
import { lockFolder } from "./folder-lock.ts"
import { openMailFiles } from "./mail-files.ts"
import type { MailFiles } from "./mail-files.ts"
import { pendingDeletes } from "./pending-deletes.ts"
import { repair, sweep } from "./repair.ts"
import type { RepairReport } from "./repair.ts"
import { openServerSecrets } from "./server-secrets.ts"
import type { ServerSecrets } from "./server-secrets.ts"
import { sessionsStore } from "./sessions-store.ts"
import type { SessionsStore } from "./sessions-store.ts"
import { openSpool } from "./spool.ts"
import type { Spool } from "./spool.ts"
import { storageFailure } from "./storage-failure.ts"
import { uploadsStore } from "./uploads-store.ts"
import type { UploadsStore } from "./uploads-store.ts"
import { usedBytes } from "./usage.ts"

/** Everything that the server keeps. Disposing it frees the data folder for the next server. */
export interface ServerStorage extends AsyncDisposable {
  readonly secrets: ServerSecrets
  readonly accounts: AccountsStore
  readonly sessions: SessionsStore
  readonly uploads: UploadsStore
  readonly captures: CapturesStore
  readonly history: HistoryStore
  readonly inbox: InboxStore
  /** What came for the inbox and is not in it yet. */
  readonly spool: Spool
  readonly alertTargets: AlertTargetsStore
  /** Alerts and their outbox, in tables of the same database. */
  readonly alerts: AlertStore
  readonly accountAlerts: AccountAlertsStore
  readonly mails: MailFiles
  /** For files of its own in this folder. */
  readonly folder: string
  readonly blobs: BlobStore
  readonly repaired: RepairReport
  /** What an account holds, with what its open uploads reserve. */
  usedBytes(accountId: string): Promise<number>
  /** Frees what an upload or a deletion left: blob, then note. */
  removeBlob(blobId: string): Promise<void>
  /** Removes a photo of the inbox for good: rows, then what alerts wrote of it, then its blob. The next start goes on. */
  removePhoto(accountId: string, captureId: string): Promise<void>
  /** Removes the history's segments below `before` for good. False when that would take the last one. */
  removeSegments(accountId: string, before: number): Promise<boolean>
  /** Runs a deletion; on a full disk it gives up the ballast and tries once more. */
  withRoomToDelete<T>(deletion: () => Promise<T>): Promise<T>
  /** Ends expired uploads and sessions. Call every few minutes. */
  sweep(): Promise<void>
}

export interface OpenStorageOptions {
  /** Made when missing, for this user only. */
  readonly folder: string
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

/**
 * Opens the data folder, brings it up to date and repairs what a crash interrupted.
 * @throws FolderInUseError when another server runs on it.
 */
export async function openStorage({ folder, now = Date.now }: OpenStorageOptions): Promise<ServerStorage> {
  const root = resolve(folder)
  await mkdir(root, { recursive: true, mode: 0o700 })
  const lock = lockFolder(root)
  try {
    const database = await openDatabase(join(root, "darkslide.sqlite"))
    try {
      return await openStores({ root, now, lock, database })
    } catch (error) {
      await database.close()
      throw error
    }
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

interface Opened {
  readonly root: string
  readonly now: () => number
  readonly lock: Disposable
  readonly database: Database
}

async function openStores({ root, now, lock, database }: Opened): Promise<ServerStorage> {
  const secrets = await openServerSecrets(join(root, "secrets.json"))
  const blobs = await openBlobFiles(root)
  const ballast = openBallast(root)
  const stores = {
    accounts: accountsStore(database.rows),
    sessions: sessionsStore(database.rows),
    uploads: uploadsStore(database.rows),
    captures: capturesStore(database.rows),
    history: historyStore(database.rows),
    inbox: inboxStore(database.rows),
    alertTargets: alertTargetsStore(database.rows),
    alerts: sqlStore(database.rows, "sqlite"),
    accountAlerts: accountAlertsStore(database.rows),
    mails: openMailFiles(join(root, "mail")),
    spool: await openSpool(join(root, "spool")),
    folder: root,
    deletes: pendingDeletes(database.rows, blobs),
    blobs,
  }
  const withRoomToDelete = async <T>(deletion: () => Promise<T>): Promise<T> => {
    try {
      return await deletion()
    } catch (error) {
      if (storageFailure(error) !== "disk-full") throw error
      await ballast.release()
      return await deletion()
    }
  }
  const repaired = await withRoomToDelete(async () => {
    const report = await repair(stores, now())
    await database.forgetDeleted()
    return report
  })
  await ballast.restore()
  let closing: Promise<void> | undefined
  const removeBlob = async (blobId: string): Promise<void> => {
    await withRoomToDelete(() => stores.deletes.carryOut(blobId))
    await database.forgetDeleted()
  }

  return {
    ...stores,
    secrets,
    repaired,
    withRoomToDelete,
    usedBytes: (accountId) => usedBytes(database.rows, accountId),
    removeBlob,
    async removePhoto(accountId, captureId) {
      const blobId = await withRoomToDelete(() => stores.inbox.drop(accountId, captureId, now()))
      if (blobId === undefined) return
      await stores.mails.removeWith([{ accountId, captureId }])
      await removeBlob(blobId)
    },
    async removeSegments(accountId, before) {
      const removed = await withRoomToDelete(() => stores.history.removeBefore(accountId, before))
      await database.forgetDeleted()
      return removed
    },
    async sweep() {
      await withRoomToDelete(() => sweep(stores, now()))
      await database.forgetDeleted()
      await ballast.restore()
    },
    async [Symbol.asyncDispose]() {
      closing ??= database.close().finally(() => lock[Symbol.dispose]())
      await closing
    },
  }
}
