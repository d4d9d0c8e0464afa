/** Time as the queue sees it: given at construction, so that tests drive it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or as soon as the signal aborts, which it always does in the end. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Timers of browsers overflow at 2^31 ms: a longer sleep ends after this. Whoever sleeps looks at the time again. */
const longestSleepMs = 3_600_000

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve()
      const timer = setTimeout(resolve, Math.min(longestSleepMs, ms))
      signal.addEventListener("abort", () => resolve(clearTimeout(timer)))
    }),
}
