import { DataStore, ERRORS, Upload } from "@tus/utils"
import type { Readable } from "node:stream"
import { Problem } from "../http/problem.ts"
import type { ServerLimits } from "../ports.ts"
import type { ServerStorage } from "../storage/storage.ts"
import type { OpenUpload } from "../storage/uploads-store.ts"
import { completeWhenWhole } from "./complete-when-whole.ts"

export interface UploadDataStorePorts {
  readonly storage: ServerStorage
  readonly limits: ServerLimits
  readonly now: () => number
  /** Whose uploads these are: all others are as good as missing. */
  readonly accountId: string
}

/** tus over our uploads and blobs, for one account: quota at creation, and every offset that is told is on disk. */
export class UploadDataStore extends DataStore {
  readonly #ports: UploadDataStorePorts

  constructor(ports: UploadDataStorePorts) {
    super()
    this.#ports = ports
    this.extensions = ["creation", "termination", "expiration"]
  }

  override async create(upload: Upload): Promise<Upload> {
    const { storage, limits, now, accountId } = this.#ports
    const bytes = upload.size ?? 0
    if (bytes === 0) throw new Problem("REQUEST_INVALID", "Cannot create upload: nothing sealed is empty")
    const createdAt = now()
    const reserved = await storage.uploads.reserve(
      { id: upload.id, accountId, bytes, createdAt, expiresAt: createdAt + limits.uploadLifetimeMs },
      limits,
    )
    if (reserved === "quota-exceeded") throw quotaExceeded()
    if (reserved === "too-many-open") {
      throw new Problem("TOO_MANY_UPLOADS", "Cannot create upload: too many are open", { retryAfter: 60 })
    }
    await this.#createBlob(upload.id)
    upload.creation_date = this.#tusDate(createdAt)
    return upload
  }

  async #createBlob(id: string): Promise<void> {
    const { storage } = this.#ports
    try {
      await storage.blobs.create(id)
    } catch (error) {
      await storage.blobs.remove(id)
      await storage.uploads.forget(id)
      throw error
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await this.#find(id)
    const stat = await completeWhenWhole(this.#ports.storage.blobs, upload)
    if (stat === undefined) throw ERRORS.FILE_NOT_FOUND
    const creation_date = this.#tusDate(upload.createdAt)
    return new Upload({ id, size: upload.bytes, offset: stat.bytes, creation_date })
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const { blobs } = this.#ports.storage
    const upload = await this.#find(id)
    const before = await blobs.stat(id)
    if (before === undefined) throw ERRORS.FILE_NOT_FOUND
    if (before.state === "complete") return before.bytes
    const bytes = await blobs.append(id, offset, source)
    if (bytes === upload.bytes) await blobs.complete(id)
    return bytes
  }

  override async remove(id: string): Promise<void> {
    const { storage, accountId } = this.#ports
    const dropped = await storage.withRoomToDelete(() => storage.uploads.drop(id, accountId))
    if (!dropped) throw ERRORS.FILE_NOT_FOUND
    await storage.removeBlob(id)
  }

  override getExpiration(): number {
    return this.#ports.limits.uploadLifetimeMs
  }

  /** tus reckons an upload's age by the system's clock: it is told what that is by ours. */
  #tusDate(createdAt: number): string {
    return new Date(Date.now() - (this.#ports.now() - createdAt)).toISOString()
  }

  async #find(id: string): Promise<OpenUpload> {
    const upload = await this.#ports.storage.uploads.find(id, this.#ports.accountId)
    if (upload === undefined) throw ERRORS.FILE_NOT_FOUND
    return upload
  }
}

export function quotaExceeded(): Problem {
  return new Problem("QUOTA_EXCEEDED", "Cannot store: the account's storage is full")
}
