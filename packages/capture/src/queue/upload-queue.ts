import { systemClock } from "../clock.ts"
import { openChannel, type QueueEvent, type QueueStatus } from "./queue-channel.ts"
import { isPending, itemOf, newRow, type QueueItem } from "./queue-item.ts"
import type { EnqueueOptions, UploadQueueOptions } from "./queue-options.ts"
import { checkRoom } from "./quota-guard.ts"
import { findRow, newUploader, readRows } from "./uploader.ts"

/** Sealed items on their way to a server. Several tabs and a service worker may each have one over the same store. */
export interface UploadQueue<Input> extends AsyncDisposable {
  /**
   * Seals and stores. Resolves once the item survives a crash of the browser; whatever throws leaves nothing behind.
   * @throws CaptureError `CAPTURE_QUEUE_FULL`, `CAPTURE_QUEUE_UNAVAILABLE`; what `seal` throws; the signal's reason.
   */
  enqueue(input: Input, options?: EnqueueOptions): Promise<QueueItem>
  /** Every item, oldest first. */
  items(): Promise<readonly QueueItem[]>
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
  // Node has no storage.
  const { locks: ownLocks, storage: ownStorage }: Partial<Navigator> = navigator
  const { store, locks = ownLocks, storage = ownStorage, clock = systemClock, chunkBytes = 1 << 20 } = options
  if (locks === undefined) throw new TypeError("Cannot queue: no Web Locks")
  const name = `darkslide/queue/${options.name ?? "uploads"}`
  const closing = new AbortController()
  const leading = new Set<Promise<unknown>>()
  /** Progress of what is uploading, in whichever tab. */
  const sentBytes = new Map<string, number>()
  let status: QueueStatus = { state: "idle", until: null }
  let persisting: Promise<boolean> | undefined
  let lastCreatedAt = 0

  const hear = (event: QueueEvent): void => {
    if (event.type === "status") status = event.status
    else if (event.type === "removed") uploader.drop(event.id)
    else if (event.item.state === "uploading") sentBytes.set(event.item.id, event.item.sentBytes)
    else sentBytes.delete(event.item.id)
  }
  const channel = openChannel(name, hear, (command) => uploader[command]())
  const uploader = newUploader(options, channel)
  // A network that came back, or a page that is looked at again, is worth a try.
  for (const type of ["online", "offline", "visibilitychange"])
    globalThis.addEventListener?.(type, () => uploader.reconnect(), { signal: closing.signal })
  channel.tell("report")

  const persisted = (): Promise<boolean> =>
    // A browser that cannot answer made no promise.
    (persisting ??= Promise.resolve(storage?.persist()).then(Boolean, () => false))
  const lead = async (until: "always" | "once", signal: AbortSignal): Promise<void> => {
    const either = AbortSignal.any([signal, closing.signal])
    const options = until === "once" ? { ifAvailable: true } : { signal: either }
    const work = locks.request(name, options, (lock) => lock && uploader.lead(either, until))
    leading.add(work)
    await work.finally(() => leading.delete(work))
  }
  const close = async (): Promise<void> => {
    closing.abort()
    // Whoever leads lets the lock go only after the last write; how that ended is for `run` and `flush` to tell.
    await Promise.allSettled(leading)
    channel.close()
    await store.close()
  }

  return {
    get status() {
      return status
    },
    async enqueue(input, { signal, expiresAt } = {}) {
      signal?.throwIfAborted()
      const { id, media, parts = {} } = await options.seal(input, { signal })
      await checkRoom(media.length, storage, options.maxUsage ?? 0.8)
      // Where the browser asks a person about persistence, that holds nothing up.
      void persisted()
      signal?.throwIfAborted()
      lastCreatedAt = Math.max(Math.floor(clock.now()), lastCreatedAt + 1)
      const end = Math.ceil(expiresAt ?? lastCreatedAt + (options.expireAfterMs ?? Infinity))
      if (!(end >= 0)) throw new RangeError(`Cannot queue: it expires at ${end}`)
      const row = newRow(id, media.length, chunkBytes, lastCreatedAt, end === Infinity ? null : end)
      const chunks: Uint8Array<ArrayBuffer>[] = []
      for (let at = 0; at < media.length; at += chunkBytes) chunks.push(media.slice(at, at + chunkBytes))
      await store.add({ row, parts, chunks })
      const item = itemOf(row)
      channel.tell({ type: "item", item })
      channel.tell("poke")
      // Without Background Sync, or permission for it, an open tab sends all the same.
      options.registerSync?.().catch(() => undefined)
      return item
    },
    async items() {
      const rows = (await readRows(store)).toSorted((a, b) => a.createdAt - b.createdAt)
      return rows.map((row) => ({ ...itemOf(row), sentBytes: sentBytes.get(row.id) ?? row.sentBytes }))
    },
    events: ({ signal }) => channel.follow(AbortSignal.any([signal, closing.signal])),
    async run({ signal }) {
      try {
        await lead("always", signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!closing.signal.aborted) throw error
      }
    },
    flush: ({ signal = closing.signal } = {}) => lead("once", signal),
    pause: () => channel.tell("pause"),
    resume: () => channel.tell("resume"),
    async retry(id) {
      const row = await findRow(store, id)
      if (!row) return
      const state = row.upload !== null && row.sentBytes === row.bytes ? "finishing" : "queued"
      const again = { attempts: 0, nextAt: 0, failure: null }
      await uploader.change(row, isPending(row) ? again : { ...again, state, expiresAt: null })
      channel.tell("poke")
    },
    async remove(id) {
      await store.remove(id)
      channel.tell({ type: "removed", id })
    },
    persisted,
    close,
    [Symbol.asyncDispose]: close,
  }
}
