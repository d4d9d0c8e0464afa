import type { HistoryRecord } from "@darkslide/metadata/history"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { Latest } from "../account/latest.ts"
import type { HistoryService } from "../history/history-service.ts"
import type { LibraryService } from "../library/library-service.ts"
import type { Cleaning } from "./file-details.ts"
import { isOver, noFiles, type FileItem, type FilesService, type FilesView } from "./files-service.ts"
import type { Pictures } from "./pictures.ts"

export interface FileUploadsOptions {
  readonly library: Pick<LibraryService, "saveInput">
  readonly history: Pick<HistoryService, "append" | "remove">
  readonly pictures: Pictures
  readonly now: () => number
}

interface Job {
  readonly id: number
  readonly file: File
  readonly cleaning: Cleaning
  readonly stopping: AbortController
}

/** Records that go into the history at once, at most: each time is a segment and a signature. */
const recordsAtOnce = 32

/** Files on their way through reading, cleaning and sealing, one at a time; sent by the queue of all captures. */
export class FileUploads implements FilesService {
  readonly #options: FileUploadsOptions
  readonly #view = new Latest<FilesView>(noFiles)
  readonly #jobs = new Map<number, Job>()
  readonly #waiting: Job[] = []
  #records: HistoryRecord[] = []
  #working = false
  #last = 0

  constructor(options: FileUploadsOptions) {
    this.#options = options
  }

  views({ signal }: { readonly signal: AbortSignal }): AsyncIterable<FilesView> {
    return this.#view.follow(signal)
  }

  add(files: readonly File[], { cleaning }: { readonly cleaning: Cleaning }): void {
    const jobs = files.map((file) => ({ id: ++this.#last, file, cleaning, stopping: new AbortController() }))
    const items = jobs.map(({ id, file }): FileItem => ({
      id,
      name: file.name,
      bytes: file.size,
      sentBytes: 0,
      state: "waiting",
    }))
    this.#view.set({ items: [...this.#view.value.items, ...items] })
    for (const job of jobs) this.#start(job)
  }

  redraw(id: number): void {
    const job = this.#jobs.get(id)
    if (job === undefined || this.#item(id)?.state !== "offered") return
    this.#change(id, { state: "waiting", error: undefined })
    this.#start({ ...job, cleaning: "redrawn" })
  }

  cancel(id: number): void {
    const item = this.#item(id)
    if (item === undefined || isOver(item)) return
    this.#jobs.get(id)?.stopping.abort(new DOMException("cancelled", "AbortError"))
    this.#change(id, { state: "cancelled", error: undefined })
  }

  cancelAll(): void {
    for (const { id } of this.#view.value.items) this.cancel(id)
  }

  clear(): void {
    const { items } = this.#view.value
    for (const item of items) if (isOver(item)) this.#jobs.delete(item.id)
    this.#view.set({ items: items.filter((item) => !isOver(item)) })
  }

  #start(job: Job): void {
    this.#jobs.set(job.id, job)
    this.#waiting.push(job)
    void this.#work()
  }

  async #work(): Promise<void> {
    if (this.#working) return
    this.#working = true
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      if (!job.stopping.signal.aborted) await this.#take(job)
      if (this.#records.length >= recordsAtOnce) await this.#keepRecords()
    }
    this.#working = false
    await this.#keepRecords()
  }

  async #take(job: Job): Promise<void> {
    const { library, pictures, now } = this.#options
    const { id, file, cleaning } = job
    const { signal } = job.stopping
    try {
      this.#change(id, { state: "reading" })
      // Its formats weigh a lot, and most visits add no file.
      const { prepareFile } = await import("./prepare-file.ts")
      const prepared = await prepareFile(file, { cleaning, pictures, now: now(), signal })
      const { captureId, sent } = await library.saveInput(prepared.input, {
        signal,
        onProgress: (progress) => {
          if (progress.step !== "uploading") return
          this.#change(id, { sentBytes: (progress.bytes / Math.max(1, progress.totalBytes)) * file.size })
        },
      })
      this.#change(id, { state: "uploading", captureId })
      this.#records.push(prepared.recordFor(captureId))
      // The next file need not wait until this one is sent.
      void this.#follow(job, captureId, sent)
    } catch (error) {
      this.#fail(job, error)
    }
  }

  async #follow(job: Job, captureId: string, sent: Promise<"saved" | "waiting">): Promise<void> {
    try {
      const state = (await sent) === "saved" ? "done" : "kept"
      this.#change(job.id, { state, sentBytes: state === "done" ? job.file.size : 0 })
    } catch (error) {
      this.#fail(job, error)
      await this.#dropRecord(captureId)
    }
  }

  /** Of what did not come to be. */
  async #dropRecord(captureId: string): Promise<void> {
    const waiting = this.#records.filter(({ id }) => id !== captureId)
    const wasKept = waiting.length === this.#records.length
    this.#records = waiting
    if (wasKept) await this.#options.history.remove([captureId]).catch(noteHistoryError)
  }

  #fail(job: Job, error: unknown): void {
    if (job.stopping.signal.aborted) return
    const canRedraw =
      job.cleaning !== "redrawn" &&
      ["METADATA_UNSUPPORTED", "METADATA_MALFORMED", "METADATA_SCRUB_INCOMPLETE"].some((code) =>
        isDarkslideError(error, code),
      )
    this.#change(job.id, { state: canRedraw ? "offered" : "refused", error })
  }

  /** What cannot be kept now is found again by its capture: see `catch-up.ts`. */
  async #keepRecords(): Promise<void> {
    const records = this.#records.splice(0)
    if (records.length === 0) return
    // The history itself holds on to what it could not send, and sends it with the next change.
    await this.#options.history.append(records).catch(noteHistoryError)
  }

  #item(id: number): FileItem | undefined {
    return this.#view.value.items.find((item) => item.id === id)
  }

  #change(id: number, change: Partial<FileItem>): void {
    const { items } = this.#view.value
    if (this.#item(id)?.state === "cancelled") return
    this.#view.set({ items: items.map((item) => (item.id === id ? { ...item, ...change } : item)) })
  }
}

function noteHistoryError(error: unknown): void {
  console.warn("history:", error)
}
