import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible"

/** Counts tries by key. An adapter that cannot count rejects, and its callers then refuse: never the other way round. */
export interface RateLimiter {
  take(key: string): Promise<{ readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }>
  /** Gives one try back, after it turned out to be a rightful one. */
  refund(key: string): Promise<void>
}

export interface RateLimit {
  readonly tries: number
  readonly perSeconds: number
}

/** Counts in this process: forgotten at a restart, which is what one server needs. */
export function memoryRateLimiter({ tries, perSeconds }: RateLimit): RateLimiter {
  const limiter = new RateLimiterMemory({ points: tries, duration: perSeconds })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return { allowed: true }
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return { allowed: false, retryAfterMs: refusal.msBeforeNext }
        throw refusal
      }
    },
    async refund(key) {
      await limiter.reward(key)
    },
  }
}
