export interface Backoff {
  /** Milliseconds; the longest first wait. Default: 2 seconds. */
  readonly baseMs?: number | undefined
  /** Milliseconds; no wait is longer, but for a receiver's own `Retry-After`. Default: 1 hour. */
  readonly capMs?: number | undefined
}

const dayMs = 86_400_000

/**
 * How long to wait after the n-th failed attempt: full jitter, rand(0, min(cap, base * 2^n)), so that what failed together does
 * not come back together. A receiver's `Retry-After` wins, up to a day, with up to a tenth more for the same reason.
 */
export function waitAfter(
  attempt: number,
  options: Backoff & { readonly retryAfterMs?: number | undefined; readonly random?: () => number },
): number {
  const { baseMs = 2000, capMs = 3_600_000, retryAfterMs, random = Math.random } = options
  if (retryAfterMs !== undefined) return Math.ceil(Math.min(Math.max(retryAfterMs, 0), dayMs) * (1 + random() / 10))
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 40)))
}
