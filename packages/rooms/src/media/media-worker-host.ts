import { RoomsError } from "../errors.ts"
import type { EpochKey } from "./epoch-key.ts"
import type { FromWorker, PipeCounts, PipeDirection, PipeOptions, ToWorker } from "./worker-messages.ts"

/** What the worker tells by itself. */
export type WorkerNews = Exclude<FromWorker, { readonly type: "started" | "live" | "counts" }>

/** One direction of one stream, through the worker. */
export interface Pipe {
  readonly id: number
  /** Once the worker reads it. Until then nothing may be given to its sender: it would leave as it is. */
  readonly live: Promise<void>
}

/** What a connection needs of the worker. */
export type Pipes = Pick<MediaWorker, "attach" | "forget" | "nameCodecs">

/** How long a worker may take to load, in milliseconds. */
const startWithinMs = 10_000

/** The page's end of the worker that seals and opens frames. */
export class MediaWorker {
  readonly #worker: Worker
  readonly #onNews: (news: WorkerNews) => void
  readonly #live = new Map<number, () => void>()
  readonly #counting = new Map<number, (counts: ReadonlyMap<number, PipeCounts>) => void>()
  #lastPipe = 0
  #lastCount = 0

  private constructor(worker: Worker, onNews: (news: WorkerNews) => void) {
    this.#worker = worker
    this.#onNews = onNews
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data)
  }

  /**
   * @param context - As of the key ids: another for each call of one visit.
   * @throws RoomsError `ROOMS_INSECURE_CONTEXT`, `ROOMS_MEDIA_UNSUPPORTED`; the signal's reason.
   */
  static async start(options: {
    readonly createWorker: () => Worker
    readonly context: number
    readonly onNews: (news: WorkerNews) => void
    readonly signal?: AbortSignal | undefined
  }): Promise<MediaWorker> {
    checkBrowser()
    const worker = options.createWorker()
    const started = Promise.withResolvers<void>()
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "started") started.resolve()
    }
    worker.onerror = ({ message }) => started.reject(notLoaded(message))
    const timer = setTimeout(() => started.reject(notLoaded("it says nothing")), startWithinMs)
    const onAbort = (): void => started.reject(options.signal?.reason)
    options.signal?.addEventListener("abort", onAbort)
    try {
      options.signal?.throwIfAborted()
      worker.postMessage({ type: "start", context: options.context } satisfies ToWorker)
      await started.promise
      return new MediaWorker(worker, options.onNews)
    } catch (error) {
      worker.terminate()
      throw error
    } finally {
      clearTimeout(timer)
      options.signal?.removeEventListener("abort", onAbort)
    }
  }

  /** Puts the worker between a sender or receiver and the network. */
  attach(end: RTCRtpSender | RTCRtpReceiver, direction: PipeDirection, leafIndex: number | undefined): Pipe {
    const id = ++this.#lastPipe
    const live = Promise.withResolvers<void>()
    this.#live.set(id, live.resolve)
    const options: PipeOptions = { pipe: id, direction, leafIndex }
    end.transform = new RTCRtpScriptTransform(this.#worker, options)
    return { id, live: live.promise }
  }

  forget(pipe: Pipe): void {
    this.#live.delete(pipe.id)
    this.#tell({ type: "forget", pipe: pipe.id })
  }

  setEpoch(key: EpochKey): void {
    this.#tell({ type: "epoch", ...key })
  }

  /** Sends nothing until the next epoch. */
  pause(): void {
    this.#tell({ type: "pause" })
  }

  nameCodecs(pipe: Pipe, codecs: Readonly<Record<number, string>>): void {
    this.#tell({ type: "codecs", pipe: pipe.id, codecs })
  }

  /** Counts of all pipes, by their ids. */
  async count(): Promise<ReadonlyMap<number, PipeCounts>> {
    const id = ++this.#lastCount
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<number, PipeCounts>>()
    this.#counting.set(id, resolve)
    this.#tell({ type: "count", id })
    return await promise
  }

  watchWire(perSecond: number): void {
    this.#tell({ type: "watch_wire", perSecond })
  }

  close(): void {
    this.#worker.terminate()
    for (const resolve of this.#counting.values()) resolve(new Map())
    this.#counting.clear()
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case "started":
        return
      case "live":
        this.#live.get(message.pipe)?.()
        this.#live.delete(message.pipe)
        return
      case "counts":
        this.#counting.get(message.id)?.(message.counts)
        this.#counting.delete(message.id)
        return
      default:
        this.#onNews(message)
    }
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}

function checkBrowser(): void {
  if (!globalThis.isSecureContext)
    throw new RoomsError("ROOMS_INSECURE_CONTEXT", "Cannot start call: the page is not from https or localhost")
  if (typeof RTCPeerConnection === "undefined" || typeof RTCRtpScriptTransform === "undefined")
    throw new RoomsError("ROOMS_MEDIA_UNSUPPORTED", "Cannot start call: this browser lets nobody seal its frames")
}

function notLoaded(why: string): RoomsError {
  return new RoomsError("ROOMS_MEDIA_UNSUPPORTED", `Cannot start call: the worker does not load: ${why}`)
}
