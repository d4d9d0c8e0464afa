import { isDarkslideError } from "@darkslide/crypto/errors"
import { checkAnswer, rejected, sendWithLimit, type SendOptions } from "./send-request.ts"

export interface TusOptions extends SendOptions {
  /** Where uploads are created. */
  readonly endpoint: URL
  /** Sent with every request, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Bytes of one PATCH (default 1 MiB): what an interruption costs at most, and the grain of the progress. */
  readonly pieceBytes?: number | undefined
  readonly onProgress?: ((progress: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined
}

/** 409: the server stands elsewhere. 423: an earlier request still holds the upload. Ask and go on. */
const heldByAnother = [409, 423]

/** How often one call takes an upload up again by itself, without waiting. Longer waits are a queue's to decide. */
const maxResumptions = 3

/**
 * Uploads bytes by tus 1.0 (creation, core): creates the upload, sends it in pieces, and asks where to go on when one is
 * interrupted. Resolves once the server acknowledged every byte.
 * @returns the upload's address.
 * @throws CaptureError `CAPTURE_UPLOAD_REJECTED`, `CAPTURE_UPLOAD_INTERRUPTED`; the signal's reason when it aborts.
 */
export async function uploadByTus(bytes: Uint8Array, options: TusOptions): Promise<URL> {
  const url = await createTusUpload(bytes.length, options)
  await resumeTusUpload(url, bytes, options, 0)
  return url
}

/** Creates an upload of `length` bytes (tus 1.0 extension "creation") and resolves to its address. */
export async function createTusUpload(length: number, options: TusOptions): Promise<URL> {
  const response = await request("POST", options.endpoint, options, { "Upload-Length": String(length) })
  const location = response.headers.get("Location")
  if (!location) throw rejected("it named no address", response)
  return new URL(location, options.endpoint)
}

/** How many bytes of an upload the server has (HEAD). */
export async function tusOffset(url: URL, options: TusOptions): Promise<number> {
  return readOffset(await request("HEAD", url, options), 0, Infinity)
}

/**
 * Sends one piece (PATCH).
 * @param offset - Where the server stands.
 * @returns the server's offset afterwards.
 */
export async function sendTusPiece(
  url: URL,
  offset: number,
  piece: Uint8Array<ArrayBuffer>,
  options: TusOptions,
): Promise<number> {
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) }
  return readOffset(await request("PATCH", url, options, headers, piece), offset + 1, offset + piece.length)
}

/**
 * Sends what the server does not have yet.
 * @param known - The server's offset where it is known; otherwise it is asked first.
 */
export async function resumeTusUpload(url: URL, bytes: Uint8Array, options: TusOptions, known?: number): Promise<void> {
  let offset = known
  for (let resumptions = 0; ; resumptions++) {
    try {
      offset ??= await tusOffset(url, options)
      await sendFrom(offset, url, bytes, options)
      return
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!isDarkslideError(error, "CAPTURE_UPLOAD_INTERRUPTED") || resumptions === maxResumptions) throw error
      offset = undefined
    }
  }
}

async function sendFrom(start: number, url: URL, bytes: Uint8Array, options: TusOptions): Promise<void> {
  const { pieceBytes = 1 << 20 } = options
  let offset = start
  report(offset, bytes, options)
  while (offset < bytes.length) {
    offset = await sendTusPiece(url, offset, bytes.slice(offset, offset + pieceBytes), options)
    report(offset, bytes, options)
  }
}

function report(bytes: number, all: Uint8Array, options: TusOptions): void {
  options.onProgress?.({ bytes, totalBytes: all.length })
}

async function request(
  method: "POST" | "HEAD" | "PATCH",
  url: URL,
  options: TusOptions,
  fields?: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer> | null = null,
): Promise<Response> {
  const headers = { "Tus-Resumable": "1.0.0", ...options.headers, ...fields }
  const response = await sendWithLimit(url, { method, headers, body }, options)
  await checkAnswer(response, heldByAnother)
  return response
}

function readOffset(response: Response, least: number, most: number): number {
  const offset = Number(response.headers.get("Upload-Offset") ?? Number.NaN)
  if (Number.isSafeInteger(offset) && offset >= least && offset <= most) return offset
  throw rejected(`it stands at ${offset}`, response)
}
