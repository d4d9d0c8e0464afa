/**
 * What `work` gives, or a `TimeoutError` after that many milliseconds. The work itself goes on: `tooLate` receives what
 * it gives after nobody waits for it any more, to close it.
 * @throws the signal's reason when it aborts.
 */
export async function within<T>(
  work: Promise<T>,
  limit: { readonly ms?: number; readonly signal?: AbortSignal | undefined; readonly tooLate?: (result: T) => void },
): Promise<T> {
  const { ms, signal, tooLate } = limit
  const giveUp = Promise.withResolvers<never>()
  const stop = (): void => giveUp.reject(signal?.reason)
  const timer =
    ms === undefined
      ? undefined
      : setTimeout(() => giveUp.reject(new DOMException(`No answer within ${ms} ms`, "TimeoutError")), ms)
  let isOver = false
  const settled = work.then((result) => {
    if (isOver) tooLate?.(result)
    return result
  })
  try {
    signal?.throwIfAborted()
    signal?.addEventListener("abort", stop, { once: true })
    return await Promise.race([settled, giveUp.promise])
  } catch (error) {
    isOver = true
    // Nobody waits for it: a later rejection has nowhere to go and says nothing new.
    settled.catch(() => undefined)
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", stop)
  }
}
