/** Time as a port, wherever time is policy: tests drive one of their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** @throws the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const stop = (): void => reject(signal?.reason)
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener("abort", stop)
    await promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", stop)
    })
  },
}
