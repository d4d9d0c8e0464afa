import { CaptureError } from "../errors.ts"

export interface SendOptions {
  /** Default the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** How long one request may take (default 120,000 ms); longer counts as interrupted. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * One request, given up when it takes too long.
 * @throws CaptureError `CAPTURE_UPLOAD_INTERRUPTED` when no answer came; the signal's reason when it aborts.
 */
export async function sendWithLimit(
  url: URL | RequestInfo,
  init: RequestInit,
  { fetch: send = fetch, timeoutMs = 120_000, signal }: SendOptions,
): Promise<Response> {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    return await send(url, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit })
  } catch (cause) {
    signal?.throwIfAborted()
    throw interrupted("no answer", { cause })
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
  const facts = { status, problem: await readProblemCode(response), retryAfterMs: readRetryAfter(response) }
  throw (isPassing ? interrupted : rejected)(`it answered ${status}`, facts)
}

type Facts = Partial<Pick<CaptureError, "status" | "problem" | "retryAfterMs">> & ErrorOptions

/** Another try makes sense. */
export function interrupted(what: string, facts?: Facts): CaptureError {
  const hint = "Check the connection and try again."
  return new CaptureError("CAPTURE_UPLOAD_INTERRUPTED", `Cannot upload: ${what}`, { ...facts, hint })
}

/** Refused for good. */
export function rejected(what: string, facts: Facts): CaptureError {
  return new CaptureError("CAPTURE_UPLOAD_REJECTED", `Cannot upload: ${what}`, facts)
}

/** `Retry-After` is seconds or a date (RFC 9110 section 10.2.3); more than a day is taken for a day. */
function readRetryAfter({ headers }: Response): number | undefined {
  const text = headers.get("Retry-After") ?? ""
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
