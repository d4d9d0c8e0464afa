import { Problem } from "../http/problem.ts"
import type { RateLimiter } from "./rate-limiter.ts"

/** One limiter with the key that it counts under. */
export interface CountedTry {
  readonly limiter: RateLimiter
  readonly key: string
}

/**
 * Counts a try under each key.
 * @throws Problem `RATE_LIMITED` past a limit; `BUSY` when a limiter cannot count.
 */
export async function countTries(tries: readonly CountedTry[]): Promise<void> {
  for (const { limiter, key } of tries) {
    const verdict = await limiter.take(key).catch((cause: unknown) => {
      throw new Problem("BUSY", "Cannot check the rate limit: try again later", { cause, retryAfter: 5 })
    })
    if (!verdict.allowed) {
      const retryAfter = Math.max(1, verdict.retryAfterMs / 1000)
      throw new Problem("RATE_LIMITED", "Cannot try again yet: too many tries", { retryAfter })
    }
  }
}

/** Gives the tries back. A limiter that cannot do that costs the account a try, not the answer. */
export async function refundTries(tries: readonly CountedTry[]): Promise<void> {
  await Promise.allSettled(tries.map(({ limiter, key }) => limiter.refund(key)))
}
