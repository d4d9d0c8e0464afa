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
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined
}

const version = { "Tus-Resumable": "1.0.0" }

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
  await checkStatus(response, 201)
  const location = response.headers.get("Location")
  if (!location) throw rejected(response.status, "it named no address")
  return new URL(location, options.endpoint)
}

/** How many bytes of an upload the server has (HEAD). */
export async function tusOffset(url: URL, options: TusOptions): Promise<number> {
  const response = await request(url, options, { method: "HEAD" })
  await checkStatus(response, 200, 204)
  return readOffset(response)
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
    const piece = bytes.slice(offset, offset + pieceBytes)
    const response = await request(url, options, {
      method: "PATCH",
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: piece,
    })
    // 409 says that the server stands elsewhere, 423 that an earlier request still holds the upload: ask and go on.
    if (response.status === 409 || response.status === 423) throw interrupted(`it answered ${response.status}`)
    await checkStatus(response, 204)
    const next = readOffset(response)
    if (next <= offset || next > bytes.length) throw rejected(response.status, `it stands at ${next} after ${offset}`)
    offset = next
    report(offset, bytes, options)
  }
}

function report(bytes: number, all: Uint8Array, options: TusOptions): void {
  options.onProgress?.({ bytes, totalBytes: all.length })
}

async function request(url: URL, options: TusOptions, init: RequestInit): Promise<Response> {
  const send = options.fetch ?? fetch
  try {
    return await send(url, {
      ...init,
      headers: { ...version, ...options.headers, ...(init.headers as Record<string, string> | undefined) },
      signal: options.signal ?? null,
    })
  } catch (cause) {
    options.signal?.throwIfAborted()
    throw interrupted("the connection failed", cause)
  }
}

async function checkStatus(response: Response, ...expected: readonly number[]): Promise<void> {
  if (expected.includes(response.status)) return
  if (response.status === 429 || (response.status >= 500 && response.status !== 507))
    throw interrupted(`it answered ${response.status}`)
  throw rejected(response.status, `it answered ${response.status}`, await readProblemCode(response))
}

/** The `code` of a problem document (RFC 9457), where the answer is one. */
async function readProblemCode(response: Response): Promise<string | undefined> {
  if (!response.headers.get("Content-Type")?.startsWith("application/problem+json")) return undefined
  const problem: unknown = await response.json()
  if (typeof problem !== "object" || problem === null || !("code" in problem)) return undefined
  return typeof problem.code === "string" ? problem.code : undefined
}

function readOffset(response: Response): number {
  const offset = Number(response.headers.get("Upload-Offset") ?? Number.NaN)
  if (!Number.isSafeInteger(offset) || offset < 0) throw rejected(response.status, "it named no offset")
  return offset
}

function interrupted(what: string, cause?: unknown): CaptureError {
  return new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", `Cannot upload: ${what}`, {
    cause,
    hint: "Check the connection and try again.",
  })
}

function rejected(status: number, what: string, problem?: string): CaptureError {
  return new CaptureError("CAPTURE_UPLOAD_REJECTED", `Cannot upload: ${what}`, { status, problem })
}
