import { CaptureError } from "./errors.ts"

export interface TusOptions {
  /** Where uploads are created. */
  readonly endpoint: URL
  /** Default the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** Sent with every request, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Bytes of one PATCH (default 1 MiB): what an interruption costs at most, and the grain of the progress. */
  readonly pieceBytes?: number | undefined
  /** How long one request may take (default 120,000 ms); longer counts as interrupted. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined
}

const version = { "Tus-Resumable": "1.0.0" }

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
  const response = await request(options.endpoint, options, {
    method: "POST",
    headers: { "Upload-Length": String(length) },
  })
  await checkAnswer(response)
  const location = response.headers.get("Location")
  if (!location) throw rejected(response, "it named no address")
  return new URL(location, options.endpoint)
}

/** How many bytes of an upload the server has (HEAD). */
export async function tusOffset(url: URL, options: TusOptions): Promise<number> {
  const response = await request(url, options, { method: "HEAD" })
  await checkAnswer(response, heldByAnother)
  return readOffset(response)
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
  const response = await request(url, options, {
    method: "PATCH",
    headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
    body: piece,
  })
  await checkAnswer(response, heldByAnother)
  const next = readOffset(response)
  if (next <= offset || next > offset + piece.length) throw rejected(response, `it stands at ${next} after ${offset}`)
  return next
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
      const interrupted = error instanceof CaptureError && error.code === "CAPTURE_UPLOAD_INTERRUPTED"
      if (!interrupted || resumptions === maxResumptions) throw error
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

async function request(url: URL, options: TusOptions, init: RequestInit): Promise<Response> {
  const headers = { ...version, ...options.headers, ...(init.headers as Record<string, string> | undefined) }
  return await sendWithLimit(url, { ...init, headers }, options)
}

/**
 * One request, given up when it takes too long.
 * @throws CaptureError `CAPTURE_UPLOAD_INTERRUPTED` when no answer came; the signal's reason when it aborts.
 */
export async function sendWithLimit(
  url: URL | RequestInfo,
  init: RequestInit,
  options: Pick<TusOptions, "fetch" | "timeoutMs" | "signal">,
): Promise<Response> {
  const { fetch: send = fetch, timeoutMs = 120_000, signal } = options
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    return await send(url, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit })
  } catch (cause) {
    signal?.throwIfAborted()
    throw failure("CAPTURE_UPLOAD_INTERRUPTED", "the connection failed", { cause })
  }
}

/**
 * Passes an answer of 200 to 299.
 * @param passing - Further statuses after which another try makes sense.
 * @throws CaptureError `CAPTURE_UPLOAD_INTERRUPTED` when the server is busy or failing, `CAPTURE_UPLOAD_REJECTED` otherwise.
 */
export async function checkAnswer(response: Response, passing: readonly number[] = []): Promise<void> {
  const { status, ok } = response
  if (ok) return
  const isPassing = [408, 425, 429, ...passing].includes(status) || (status >= 500 && ![501, 507].includes(status))
  const code = isPassing ? "CAPTURE_UPLOAD_INTERRUPTED" : "CAPTURE_UPLOAD_REJECTED"
  const facts = { status, problem: await readProblemCode(response), retryAfterMs: readRetryAfter(response) }
  throw failure(code, `it answered ${status}`, facts)
}

/** `Retry-After` is seconds or a date (RFC 9110 section 10.2.3); more than a day is taken for a day. */
function readRetryAfter(response: Response): number | undefined {
  const text = response.headers.get("Retry-After")
  if (text === null) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), 86_400_000)
}

/** The `code` of a problem document (RFC 9457), where the answer is one. */
async function readProblemCode(response: Response): Promise<string | undefined> {
  // An answer that is no JSON, or breaks off, has no code to tell.
  const problem: unknown = await response.json().catch(() => undefined)
  const { code } = Object(problem) as { readonly code?: unknown }
  return typeof code === "string" ? code : undefined
}

function readOffset(response: Response): number {
  const offset = Number(response.headers.get("Upload-Offset") ?? Number.NaN)
  if (!Number.isSafeInteger(offset) || offset < 0) throw rejected(response, "it named no offset")
  return offset
}

function failure(
  code: "CAPTURE_UPLOAD_INTERRUPTED" | "CAPTURE_UPLOAD_REJECTED",
  what: string,
  facts: Partial<Pick<CaptureError, "status" | "problem" | "retryAfterMs">> & ErrorOptions,
): CaptureError {
  const hint = code === "CAPTURE_UPLOAD_INTERRUPTED" ? "Check the connection and try again." : undefined
  return new CaptureError(code, `Cannot upload: ${what}`, { ...facts, hint })
}

function rejected({ status }: Response, what: string): CaptureError {
  return failure("CAPTURE_UPLOAD_REJECTED", what, { status })
}
