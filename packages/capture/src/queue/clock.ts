/** Time as the queue sees it: given at construction, so that tests drive it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Timers of browsers overflow at 2^31 ms: a longer sleep ends after this. Whoever sleeps looks at the time again. */
const longestSleepMs = 3_600_000

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener("abort", end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(longestSleepMs, ms))
      signal.addEventListener("abort", end)
    }),
}
