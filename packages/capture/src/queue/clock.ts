/** Time as the queue sees it: given at construction, so that tests drive it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Timers of browsers overflow at 2^31 ms: a longer sleep ends after this. Whoever sleeps looks at the time again. */
const longestSleepMs = 3_600_000

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal.throwIfAborted()
    const ended = Promise.withResolvers<void>()
    const timer = setTimeout(ended.resolve, Math.min(longestSleepMs, ms))
    const stop = () => ended.reject(signal.reason)
    signal.addEventListener("abort", stop, { once: true })
    try {
      await ended.promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener("abort", stop)
    }
  },
}
