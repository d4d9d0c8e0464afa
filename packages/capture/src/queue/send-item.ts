import type { CaptureError } from "../errors.ts"
import { checkAnswer, interrupted, sendWithLimit } from "../upload/send-request.ts"
import { createTusUpload, sendTusPiece, tusOffset, type TusOptions } from "../upload/tus-upload.ts"
import { corruptItem, type QueueRow } from "./queue-item.ts"
import type { QueueParts, QueueStore } from "./queue-store.ts"

/** An item whose every byte the server has. */
export interface FinishedUpload {
  readonly id: string
  /** Address of the tus upload. */
  readonly upload: URL
  /** As `seal` gave them. */
  readonly parts: QueueParts
}

/**
 * The step after the bytes, such as a commit that names the upload. It may come more than once for one item, so it must
 * be idempotent. An answer of 200 to 299, or none, ends the item; others are judged as those to an upload are.
 * `"upload-again"` says that the server has lost the bytes.
 * @param tools.fetch - As the global one, with a time limit; what it throws is understood by the queue.
 */
export type FinishUpload = (
  item: FinishedUpload,
  tools: {
    readonly fetch: typeof fetch
    readonly headers: Readonly<Record<string, string>>
    readonly signal: AbortSignal
  },
) => Promise<Response | "upload-again" | void>

export interface SendItemOptions extends TusOptions {
  readonly store: QueueStore
  readonly finish?: FinishUpload | undefined
  readonly signal: AbortSignal
  readonly onChange: (row: QueueRow) => void
}

/** How often one try asks the server anew where it stands, when a piece did not fit. */
const maxResumptions = 3

/**
 * Sends an item from wherever it stands to its end, and removes it from the store.
 * @throws CaptureError as for uploads, and `CAPTURE_QUEUE_CORRUPT`; what `finish` throws; the signal's reason. Any of them
 * where the item was removed meanwhile: whoever asked for it then finds no row.
 */
export async function sendItem(start: QueueRow, options: SendItemOptions): Promise<void> {
  const { store, signal } = options
  let row = start
  const change = async (fields: Partial<QueueRow>): Promise<void> => {
    row = { ...row, ...fields }
    if (!(await store.update(row.id, fields))) throw corruptItem(row.id, "row")
    options.onChange(row)
  }
  let upload = new URL(row.upload ?? options.endpoint)
  if (row.state !== "finishing") {
    let sentBytes = row.upload === null ? undefined : await standing(upload, row, options)
    if (sentBytes === undefined) {
      upload = await createTusUpload(row.bytes, options)
      sentBytes = 0
    }
    // The address is written down before the first byte goes there: a crash then goes on rather than starting again.
    await change({ state: "uploading", upload: upload.href, sentBytes })
    await sendBytes(upload, row, options)
    await change({ state: "finishing", sentBytes: row.bytes })
  }
  signal.throwIfAborted()
  if (await finishItem(upload, row, options)) return await store.remove(row.id)
  await change({ state: "queued", upload: null, sentBytes: 0 })
  throw interrupted("it is lost", { status: 410 })
}

/** Where an upload stands that was begun before. Undefined where the server has forgotten it, or has something else. */
async function standing(upload: URL, row: QueueRow, options: SendItemOptions): Promise<number | undefined> {
  try {
    const offset = await tusOffset(upload, options)
    return offset > row.bytes ? undefined : offset
  } catch (error) {
    const { status } = error as Partial<CaptureError>
    if (status === 404 || status === 410) return undefined
    throw error
  }
}

async function sendBytes(upload: URL, row: QueueRow, options: SendItemOptions): Promise<void> {
  const { id, bytes, chunkBytes } = row
  let offset = row.sentBytes
  let resumptions = 0
  while (offset < bytes) {
    const index = Math.floor(offset / chunkBytes)
    const first = index * chunkBytes
    const chunk = await options.store.chunk(id, index)
    if (!(chunk instanceof Uint8Array) || chunk.length !== Math.min(chunkBytes, bytes - first))
      throw corruptItem(id, `chunk ${index}`)
    try {
      offset = await sendTusPiece(upload, offset, new Uint8Array(chunk.subarray(offset - first)), options)
    } catch (error) {
      const { status } = error as Partial<CaptureError>
      if ((status !== 409 && status !== 423) || ++resumptions > maxResumptions) throw error
      offset = await tusOffset(upload, options)
    }
    options.onChange({ ...row, sentBytes: offset })
  }
}

async function finishItem(upload: URL, { id }: QueueRow, options: SendItemOptions): Promise<boolean> {
  const { finish, store, signal, headers = {} } = options
  if (!finish) return true
  const parts = await store.parts(id)
  if (typeof parts !== "object" || parts === null) throw corruptItem(id, "parts")
  const limited: typeof fetch = (input, init = {}) =>
    sendWithLimit(input, init, { ...options, signal: init.signal ?? signal })
  const result = await finish({ id, upload, parts: parts as QueueParts }, { fetch: limited, headers, signal })
  if (result instanceof Response) await checkAnswer(result)
  return result !== "upload-again"
}
