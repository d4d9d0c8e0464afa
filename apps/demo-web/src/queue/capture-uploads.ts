import { sealCapture, signTombstone, type CaptureInput, type SequencePosition } from "@darkslide/capture"
import {
  createUploadQueue,
  queuedMedia,
  type QueueItem,
  type QueueStore,
  type SealedUpload,
  type UploadQueue,
} from "@darkslide/capture/queue"
import { toBase64Url } from "@darkslide/crypto"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { Latest } from "../account/latest.ts"
import type { HttpAccount, SealingSession } from "../account/http-account.ts"
import type { Api } from "../http/api.ts"
import { ServerError } from "../http/server-error.ts"
import type { DeviceSequence, TakenNumber } from "../library/device-sequence.ts"
import type { SaveOptions } from "../library/library-service.ts"
import { queueChunkBytes } from "./queue-place.ts"
import { commitQueued, partsOf, queuedCapture, type Buried, type QueuedCapture } from "./queued-capture.ts"
import { noUploads, type UploadsService, type UploadsView } from "./uploads-service.ts"

export interface CaptureUploadsOptions {
  readonly api: Api
  readonly account: HttpAccount
  readonly sequence: DeviceSequence
  /** Where this browser keeps an account's queue, and the name by which its tabs know that. */
  readonly placeOf: (accountId: string) => { readonly name: string; readonly store: QueueStore }
  /** Asks for a Background Sync, where the browser has it. */
  readonly registerSync?: (() => Promise<unknown>) | undefined
}

interface CaptureToSeal {
  readonly input: CaptureInput
  readonly session: SealingSession
  readonly replaced: readonly Buried[]
  readonly position: SequencePosition
  readonly taken: (what: TakenNumber) => Promise<void>
}

interface OpenQueue {
  readonly accountId: string
  readonly store: QueueStore
  readonly queue: UploadQueue<CaptureToSeal>
  readonly closing: AbortController
}

/** A queue for each account of this browser: what one person took is never sent in another's name. */
export class CaptureUploads implements UploadsService {
  readonly #options: CaptureUploadsOptions
  readonly #view = new Latest<UploadsView>(noUploads)
  #open: OpenQueue | undefined
  #running: Promise<void> | undefined

  constructor(options: CaptureUploadsOptions) {
    this.#options = options
  }

  /** Keeps to the account: sends while somebody is signed in, also while the keys are locked. */
  async follow(signal: AbortSignal): Promise<void> {
    for await (const status of this.#options.account.statuses({ signal })) {
      if (status.status === "locked" || status.status === "unlocked") await this.#openFor(status.accountId)
      if (status.status === "unlocked") this.tryNow()
      if (status.status === "signed-out") await this.close()
    }
    await this.close()
  }

  views({ signal }: { readonly signal: AbortSignal }): AsyncIterable<UploadsView> {
    return this.#view.follow(signal)
  }

  /** Seals a capture and puts it where it survives. What it replaces is then gone from here, and soon from the server. */
  async add(
    input: CaptureInput,
    session: SealingSession,
    {
      signal,
      replaces = [],
    }: { readonly signal?: AbortSignal | undefined; readonly replaces?: readonly TakenNumber[] },
  ): Promise<TakenNumber> {
    const { queue } = await this.#openFor(session.device.accountId)
    const held = async () => new Set(await this.waiting())
    const replaced = await Promise.all(replaces.map((target) => bury(target, session)))
    // The number is taken, sealed and kept in one go: no other tab must see it taken and not kept.
    const added = await this.#options.sequence.take(session.device.deviceId, held, async (position, taken) => {
      let recordHash = ""
      const note = async (what: TakenNumber) => {
        recordHash = what.recordHash
        await taken(what)
      }
      const { id } = await queue.enqueue({ input, session, replaced, position, taken: note }, { signal })
      return { captureId: id, recordHash }
    })
    for (const { captureId } of replaces) await queue.remove(captureId)
    return added
  }

  /**
   * Follows a capture that was just added to its end, or to where it has to wait.
   * @throws ServerError what the server refused it for; it is then gone from here. The signal's reason; gone too.
   */
  async sent(captureId: string, { signal, onProgress }: SaveOptions): Promise<"saved" | "waiting"> {
    const { queue } = this.#current()
    const ended = new AbortController()
    const either = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])])
    const events = queue.events({ signal: either })
    try {
      const standing = (await queue.items()).find(({ id }) => id === captureId)
      if (!standing) return "saved"
      if (["waiting", "offline", "paused", "unauthorized"].includes(queue.status.state)) return "waiting"
      for await (const event of events) {
        if (event.type === "status" && event.status.state === "offline") return "waiting"
        if (event.type !== "item" || event.item.id !== captureId) continue
        const { state, sentBytes, bytes, attempts } = event.item
        if (state === "done") return "saved"
        if (state === "failed") throw refusalOf(event.item)
        if (attempts > 0) return "waiting"
        if (state === "uploading") onProgress?.({ step: "uploading", bytes: sentBytes, totalBytes: bytes })
        if (state === "finishing") onProgress?.({ step: "committing" })
      }
      signal?.throwIfAborted()
      return "waiting"
    } catch (error) {
      await queue.remove(captureId)
      throw error
    } finally {
      ended.abort()
    }
  }

  /** The captures that are only here, newest first. */
  async waiting(): Promise<readonly string[]> {
    const items = (await this.#open?.queue.items()) ?? []
    return items.map(({ id }) => id).toReversed()
  }

  /** A capture that is still here, as it will be sent. */
  async find(captureId: string): Promise<QueuedCapture | undefined> {
    const stored = await this.#open?.store.parts(captureId)
    return stored === undefined ? undefined : queuedCapture(captureId, stored)
  }

  async media(captureId: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#open && (await queuedMedia(this.#open.store, captureId))
  }

  async retry(captureId: string): Promise<void> {
    await this.#current().queue.retry(captureId)
    this.tryNow()
  }

  async remove(captureId: string): Promise<void> {
    await this.#current().queue.remove(captureId)
  }

  pause(): void {
    this.#open?.queue.pause()
  }

  tryNow(): void {
    this.#open?.queue.resume()
  }

  /** Lets go of the queue. What waits there stays, sealed. */
  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    open?.closing.abort()
    await open?.queue.close()
    await this.#running
    this.#view.set(noUploads)
  }

  #current(): OpenQueue {
    if (!this.#open) throw new ServerError("NOT_SIGNED_IN", "Nobody is signed in here")
    return this.#open
  }

  async #openFor(accountId: string): Promise<OpenQueue> {
    if (this.#open?.accountId === accountId) return this.#open
    if (this.#open) await this.close()
    const { api, placeOf } = this.#options
    const { name, store } = placeOf(accountId)
    const queue = createUploadQueue<CaptureToSeal>({
      store,
      name,
      endpoint: new URL("/v1/uploads", api.base),
      fetch: api.fetch,
      headers: () => api.headers,
      chunkBytes: queueChunkBytes,
      registerSync: this.#options.registerSync,
      seal: sealInPosition,
      finish: (item, tools) => commitQueued(item, tools, this.#options),
    })
    const open = { accountId, store, queue, closing: new AbortController() }
    this.#open = open
    this.#running = this.#run(open)
    return open
  }

  async #run(open: OpenQueue): Promise<void> {
    try {
      await Promise.all([open.queue.run(open.closing), this.#watch(open)])
    } catch (error) {
      // A browser without storage has nothing to show or send: who saves a photo is told.
      const isRefused = isDarkslideError(error, "CAPTURE_QUEUE_UNAVAILABLE")
      if (!open.closing.signal.aborted && !isRefused) throw error
    }
  }

  async #watch({ queue, closing: { signal } }: OpenQueue): Promise<void> {
    const events = queue.events({ signal })
    const show = async () => this.#view.set({ status: queue.status.state, items: await queue.items() })
    await show()
    for await (const _ of events) await show()
  }
}

async function sealInPosition(
  { input, session: { recipient, device }, replaced, position, taken }: CaptureToSeal,
  { signal }: { readonly signal: AbortSignal | undefined },
): Promise<SealedUpload> {
  const sealed = await sealCapture(input, { to: [recipient], owner: recipient, device, position, signal })
  await taken(sealed)
  return { id: sealed.captureId, media: sealed.media, parts: partsOf(sealed, device.deviceId, position, replaced) }
}

async function bury(target: TakenNumber, { device }: SealingSession): Promise<Buried> {
  const tombstone = await signTombstone(target, { device, at: Date.now() })
  return { captureId: target.captureId, tombstone: toBase64Url(tombstone) }
}

function refusalOf({ failure }: QueueItem): ServerError {
  const { code = "UNEXPECTED", problem, status } = failure ?? {}
  return new ServerError(problem ?? code, "The server refused the capture", { status: status ?? undefined })
}
