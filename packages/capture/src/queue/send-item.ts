import { CaptureError } from "../errors.ts"
import { checkAnswer, createTusUpload, sendTusPiece, sendWithLimit, tusOffset, type TusOptions } from "../tus-upload.ts"
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

export interface SendOptions extends TusOptions {
  readonly store: QueueStore
  readonly finish?: FinishUpload | undefined
  readonly signal: AbortSignal
  readonly onChange: (row: QueueRow) => void
}

/** How often one try asks the server anew where it stands, when a piece did not fit. */
const maxResumptions = 3

/**
 * Sends an item from wherever it stands to its end, and removes it from the store.
 * @returns false where it was removed meanwhile.
 * @throws CaptureError as for uploads, and `CAPTURE_QUEUE_CORRUPT`; what `finish` throws; the signal's reason.
 */
export async function sendItem(start: QueueRow, options: SendOptions): Promise<boolean> {
  const { store, signal } = options
  let row = start
  const change = async (fields: Partial<QueueRow>): Promise<boolean> => {
    row = { ...row, ...fields }
    if (!(await store.update(row.id, fields))) return false
    options.onChange(row)
    return true
  }
  if (row.state !== "finishing") {
    let { upload } = row
    let sentBytes = upload === null ? undefined : await standing(row, options)
    if (sentBytes === undefined) {
      upload = (await createTusUpload(row.bytes, options)).href
      sentBytes = 0
    }
    // The address is written down before the first byte goes there: a crash then goes on rather than starting again.
    if (!(await change({ state: "uploading", upload, sentBytes }))) return false
    if (!(await sendBytes(row, options))) return false
    if (!(await change({ state: "finishing", sentBytes: row.bytes }))) return false
  }
  signal.throwIfAborted()
  if (await finishItem(row, options)) {
    await store.remove(row.id)
    return true
  }
  await change({ state: "queued", upload: null, sentBytes: 0 })
  throw new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", "Cannot upload: the server has lost it", { status: 410 })
}

/** Where an upload stands that was begun before. Undefined where the server has forgotten it, or has something else. */
async function standing(row: QueueRow, options: SendOptions): Promise<number | undefined> {
  try {
    const offset = await tusOffset(new URL(row.upload ?? ""), options)
    return offset > row.bytes ? undefined : offset
  } catch (error) {
    const { status } = error as Partial<CaptureError>
    if (status === 404 || status === 410) return undefined
    throw error
  }
}

async function sendBytes(row: QueueRow, options: SendOptions): Promise<boolean> {
  const { store, onChange } = options
  const { id, bytes, chunkBytes } = row
  const url = new URL(row.upload ?? "")
  let offset = row.sentBytes
  let resumptions = 0
  while (offset < bytes) {
    const index = Math.floor(offset / chunkBytes)
    const chunk = await store.chunk(id, index)
    // Another tab may have removed the item: that is no damage.
    if (chunk === undefined && !(await store.update(id, {}))) return false
    if (!(chunk instanceof Uint8Array) || chunk.length !== Math.min(chunkBytes, bytes - index * chunkBytes))
      throw corruptItem(id, `chunk ${index}`)
    try {
      offset = await sendTusPiece(url, offset, new Uint8Array(chunk.subarray(offset - index * chunkBytes)), options)
    } catch (error) {
      const { status } = error as Partial<CaptureError>
      if ((status !== 409 && status !== 423) || ++resumptions > maxResumptions) throw error
      offset = await tusOffset(url, options)
    }
    onChange({ ...row, sentBytes: offset })
  }
  return true
}

async function finishItem(row: QueueRow, options: SendOptions): Promise<boolean> {
  const { finish, store, signal, headers = {} } = options
  if (!finish) return true
  const parts = await store.parts(row.id)
  if (typeof parts !== "object" || parts === null) throw corruptItem(row.id, "parts")
  const limited: typeof fetch = (input, init = {}) =>
    sendWithLimit(input, init, { fetch: options.fetch, timeoutMs: options.timeoutMs, signal: init.signal ?? signal })
  const item = { id: row.id, upload: new URL(row.upload ?? ""), parts: parts as QueueParts }
  const result = await finish(item, { fetch: limited, headers, signal })
  if (result instanceof Response) await checkAnswer(result)
  return result !== "upload-again"
}
