import { systemClock, type Clock } from "./clock.ts"
import { isPending } from "./next-step.ts"
import { QueueChannel, type QueueCommand, type QueueEvent, type QueueStatus } from "./queue-channel.ts"
import { itemOf, newRow, type QueueItem, type QueueRow } from "./queue-item.ts"
import type { EnqueueOptions, UploadQueueOptions } from "./queue-options.ts"
import type { QueueParts, QueueStore } from "./queue-store.ts"
import { checkRoom, type StorageFacts } from "./quota-guard.ts"
import { readRows, Uploader } from "./uploader.ts"

/** Sealed items on their way to a server. Several tabs and a service worker may each have one over the same store. */
export interface UploadQueue<Input> extends AsyncDisposable {
  /**
   * Seals and stores. Resolves once the item survives a crash of the browser; whatever throws leaves nothing behind.
   * @throws CaptureError `CAPTURE_QUEUE_FULL`, `CAPTURE_QUEUE_UNAVAILABLE`; what `seal` throws; the signal's reason.
   */
  enqueue(input: Input, options?: EnqueueOptions): Promise<QueueItem>
  /** Every item, oldest first. */
  items(): Promise<readonly QueueItem[]>
  /** What `seal` gave beside the bytes, of an item that is still here. */
  parts(id: string): Promise<QueueParts | undefined>
  /** The sealed bytes of an item that is still here. @throws CaptureError `CAPTURE_QUEUE_CORRUPT` */
  media(id: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  readonly status: QueueStatus
  /** Events of all tabs, from now on; each call a subscription of its own. Of what a slow reader missed it gets the newest. */
  events(options: { readonly signal: AbortSignal }): AsyncIterable<QueueEvent>
  /**
   * Sends whatever there is, as one tab of this origin at a time does (Web Locks); the others wait for their turn here.
   * Goes on until the signal aborts (rejects with its reason) or the queue is closed (resolves).
   */
  run(options: { readonly signal: AbortSignal }): Promise<void>
  /**
   * Sends what is due, once, for a service worker's `sync` event. Resolves when nothing is left to do, or another tab is
   * at it, or somebody has to sign in. @throws CaptureError `CAPTURE_UPLOAD_INTERRUPTED` when items remain: try later.
   */
  flush(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** Stops sending, in all open tabs. */
  pause(): void
  /** Goes on after `pause()`, or after somebody signed in. Also ends every wait. */
  resume(): void
  /** Sends a failed or expired item again, or a waiting one at once. */
  retry(id: string): Promise<void>
  /** Takes an item away, also while it is sent. */
  remove(id: string): Promise<void>
  /** Whether the browser promised to keep this origin's storage; asked once, at the first `enqueue` or here. */
  persisted(): Promise<boolean>
  close(): Promise<void>
}

/**
 * A queue that loses nothing it took. It keeps only what `seal` returned.
 * @throws TypeError where there are no Web Locks: without them two tabs would send the same bytes.
 */
export function createUploadQueue<Input>(options: UploadQueueOptions<Input>): UploadQueue<Input> {
  return new Queue(options)
}

class Queue<Input> implements UploadQueue<Input> {
  readonly #options: UploadQueueOptions<Input>
  readonly #store: QueueStore
  readonly #locks: LockManager
  readonly #name: string
  readonly #channel: QueueChannel
  readonly #uploader: Uploader
  readonly #closing = new AbortController()
  readonly #leading = new Set<Promise<void>>()
  readonly #clock: Clock
  /** Progress of what is uploading, in whichever tab. */
  readonly #sentBytes = new Map<string, number>()
  #status: QueueStatus = { state: "idle", until: null }
  #persisted: Promise<boolean> | undefined
  #lastCreatedAt = 0

  constructor(options: UploadQueueOptions<Input>) {
    const { name = "uploads", locks = navigator.locks, clock = systemClock } = options
    if (locks === undefined) throw new TypeError("Cannot create queue: no Web Locks here")
    this.#options = options
    this.#store = options.store
    this.#locks = locks
    this.#clock = clock
    this.#name = `darkslide/queue/${name}`
    this.#channel = new QueueChannel(
      this.#name,
      (event) => this.#hear(event),
      (command) => this.#obey(command),
    )
    this.#uploader = new Uploader(options, this.#channel)
    this.#listen()
    this.#channel.command("hello")
  }

  get status(): QueueStatus {
    return this.#status
  }

  async enqueue(input: Input, options: EnqueueOptions = {}): Promise<QueueItem> {
    const { seal, storage = browserStorage(), maxUsage = 0.8, chunkBytes = 1 << 20 } = this.#options
    const { signal } = options
    signal?.throwIfAborted()
    const { id, media, parts = {} } = await seal(input, { signal })
    await checkRoom(media.length, storage, maxUsage)
    // Where the browser asks a person about persistence, that holds nothing up.
    void this.persisted()
    signal?.throwIfAborted()
    const createdAt = (this.#lastCreatedAt = Math.max(Math.floor(this.#clock.now()), this.#lastCreatedAt + 1))
    const row: QueueRow = {
      ...newRow(id, media.length, chunkBytes, createdAt),
      expiresAt: this.#expiry(createdAt, options),
    }
    const count = Math.ceil(media.length / chunkBytes)
    const chunks = Array.from({ length: count }, (_, i) => media.slice(i * chunkBytes, (i + 1) * chunkBytes))
    await this.#store.add({ row, parts, chunks })
    const item = itemOf(row)
    this.#channel.tell({ type: "item", item })
    this.#channel.command("wake")
    // Without Background Sync, or permission for it, an open tab sends all the same.
    this.#options.registerSync?.().catch(() => undefined)
    return item
  }

  async items(): Promise<readonly QueueItem[]> {
    const rows = await readRows(this.#store)
    return rows.toSorted((a, b) => a.createdAt - b.createdAt).map((row) => itemOf(row, this.#sentBytes.get(row.id)))
  }

  async parts(id: string): Promise<QueueParts | undefined> {
    return (await this.#store.parts(id)) as QueueParts | undefined
  }

  async media(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const row = (await readRows(this.#store)).find((candidate) => candidate.id === id)
    if (!row) return undefined
    const media = new Uint8Array(row.bytes)
    for (let index = 0; index * row.chunkBytes < row.bytes; index++) {
      const chunk = await this.#store.chunk(id, index)
      // Acknowledged or removed while this was read.
      if (chunk === undefined) return undefined
      if (chunk instanceof Uint8Array)
        media.set(chunk.subarray(0, row.bytes - index * row.chunkBytes), index * row.chunkBytes)
    }
    return media
  }

  events({ signal }: { readonly signal: AbortSignal }): AsyncIterable<QueueEvent> {
    return this.#channel.follow(AbortSignal.any([signal, this.#closing.signal]))
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal])
    try {
      await this.#tracked(
        this.#locks.request(this.#name, { signal: either }, () => this.#uploader.lead(either, "always")),
      )
    } catch (error) {
      signal.throwIfAborted()
      if (!this.#closing.signal.aborted) throw error
    }
  }

  async flush({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const either = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])])
    await this.#tracked(
      this.#locks.request(this.#name, { ifAvailable: true }, async (lock) => {
        if (lock) await this.#uploader.lead(either, "once")
      }),
    )
  }

  pause(): void {
    this.#channel.command("pause")
  }

  resume(): void {
    this.#channel.command("resume")
  }

  async retry(id: string): Promise<void> {
    const row = (await readRows(this.#store)).find((candidate) => candidate.id === id)
    if (!row) return
    const hasArrived = row.upload !== null && row.bytes > 0 && row.sentBytes === row.bytes
    const again = { state: hasArrived ? "finishing" : "queued", expiresAt: null } as const
    const change = { attempts: 0, nextAt: 0, failure: null, ...(isPending(row) ? {} : again) }
    if (await this.#store.update(id, change)) this.#channel.tell({ type: "item", item: itemOf({ ...row, ...change }) })
    this.#channel.command("wake")
  }

  async remove(id: string): Promise<void> {
    await this.#store.remove(id)
    this.#channel.tell({ type: "removed", id })
  }

  persisted(): Promise<boolean> {
    const { storage = browserStorage() } = this.#options
    // A browser that cannot answer made no promise.
    this.#persisted ??= storage ? storage.persist().catch(() => false) : Promise.resolve(false)
    return this.#persisted
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException("The queue was closed", "AbortError"))
    // Whoever leads lets the lock go only after the last write; how that ended is for `run` and `flush` to tell.
    await Promise.allSettled(this.#leading)
    this.#channel.close()
    await this.#store.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #tracked(leading: Promise<void>): Promise<void> {
    this.#leading.add(leading)
    try {
      await leading
    } finally {
      this.#leading.delete(leading)
    }
  }

  #expiry(createdAt: number, options: EnqueueOptions): number | null {
    const { expireAfterMs = Number.POSITIVE_INFINITY } = this.#options
    const expiresAt = Math.ceil(options.expiresAt ?? createdAt + expireAfterMs)
    if (!(expiresAt >= 0)) throw new RangeError(`Cannot queue: no time to expire at: ${expiresAt}`)
    return expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt
  }

  #hear(event: QueueEvent): void {
    if (event.type === "status") {
      this.#status = event.status
      return
    }
    const id = event.type === "item" ? event.item.id : event.id
    if (event.type === "item" && event.item.state === "uploading") this.#sentBytes.set(id, event.item.sentBytes)
    else this.#sentBytes.delete(id)
    if (event.type === "removed") this.#uploader.drop(id)
  }

  #obey(command: QueueCommand): void {
    if (command === "pause") this.#uploader.pause()
    else if (command === "resume") this.#uploader.resume()
    else if (command === "wake") this.#uploader.poke()
    else if (this.#uploader?.isLeading) this.#uploader.tellStatus()
  }

  /** A network that came back, or a page that is looked at again, is worth a try. */
  #listen(): void {
    const again = () => this.#uploader.reconnect()
    const options = { signal: this.#closing.signal }
    globalThis.addEventListener?.("online", again, options)
    globalThis.addEventListener?.("offline", again, options)
    globalThis.document?.addEventListener("visibilitychange", again, options)
  }
}

function browserStorage(): StorageFacts | undefined {
  return globalThis.navigator?.storage
}
