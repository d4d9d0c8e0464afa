import type { CaptureError } from "../errors.ts"
import type { QueueFailure } from "./queue-item.ts"

export interface RetryOptions {
  /** The longest wait after a first failure (default 1,000 ms). It doubles with each further one. */
  readonly baseMs?: number | undefined
  /** No wait is longer (default 300,000 ms), unless the server asks for it. */
  readonly maxMs?: number | undefined
}

/**
 * How long to wait after a failure: anything between nothing and a limit that doubles ("full jitter"), so that many
 * devices do not come back at once. What the server asked for wins.
 * @param attempts - Failures so far, with this one: 1 or more.
 * @param random - In [0, 1).
 */
export function retryDelay(
  attempts: number,
  options: RetryOptions & { readonly retryAfterMs?: number | undefined },
  random: number,
): number {
  const { baseMs = 1000, maxMs = 300_000, retryAfterMs } = options
  return Math.ceil(retryAfterMs ?? random * Math.min(maxMs, baseMs * 2 ** Math.min(attempts - 1, 40)))
}

/**
 * What a failure means for the queue.
 * - `unauthorized`: every item waits until somebody signs in.
 * - `connection`: no answer, or a server too busy for anyone: every item waits.
 * - `passing`: this item waits, its neighbours go on.
 * - `final`: this item will not get through.
 */
export type FailureKind = "unauthorized" | "connection" | "passing" | "final"

export function kindOf(error: unknown): FailureKind {
  const { code, status } = error as Partial<CaptureError>
  if (status === 401) return "unauthorized"
  // A store that refuses is as good as no connection: nothing can be sent safely.
  if (code === "CAPTURE_QUEUE_UNAVAILABLE" || code === "CAPTURE_QUEUE_FULL") return "connection"
  if (code !== "CAPTURE_UPLOAD_INTERRUPTED") return "final"
  return [undefined, 429, 503].includes(status) ? "connection" : "passing"
}

export function failureOf(error: unknown): QueueFailure {
  const { code, status = null, problem = null } = error as Partial<CaptureError>
  // That of a DOMException is a number.
  return { code: typeof code === "string" ? code : "UNEXPECTED", status, problem }
}
