import { AlertsError, type DeliveryErrorCode } from "../../errors.ts"
import type { HttpAnswer } from "./guarded-sender.ts"

/** What an answer means, where that differs between kinds of receivers. */
export interface StatusMeanings {
  readonly gone: readonly number[]
  /** Refused for good: this very message will never be taken. */
  readonly rejected: readonly number[]
}

const throttled = [429, 503]

/** @throws AlertsError unless the answer is a success (2xx). */
export function checkAnswer({ status, headers }: HttpAnswer, meanings: StatusMeanings, now: number): void {
  if (status >= 200 && status < 300) return
  const retryAfterMs = throttled.includes(status) ? retryAfter(headers["retry-after"], now) : undefined
  const code = codeOf(status, meanings, retryAfterMs)
  throw new AlertsError(code, `Cannot send: the receiver answered ${status}`, { status, retryAfterMs })
}

function codeOf(
  status: number,
  { gone, rejected }: StatusMeanings,
  retryAfterMs: number | undefined,
): DeliveryErrorCode {
  if (gone.includes(status)) return "ALERTS_GONE"
  if (status === 413) return "ALERTS_TOO_LARGE"
  if (status === 429 || retryAfterMs !== undefined) return "ALERTS_THROTTLED"
  return rejected.includes(status) ? "ALERTS_REJECTED" : "ALERTS_FAILED"
}

/** `Retry-After`, seconds or a date (RFC 9110 section 10.2.3), in milliseconds from now. */
function retryAfter(header: HttpAnswer["headers"][string], now: number): number | undefined {
  if (typeof header !== "string") return undefined
  if (/^\d{1,9}$/u.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
