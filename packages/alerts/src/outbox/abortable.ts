/**
 * Waits for work that may ignore the signal: it then goes on, but nobody waits for it.
 * @throws the signal's reason when it aborts.
 */
export async function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(signal.reason)
  signal.addEventListener("abort", stop)
  if (signal.aborted) stop()
  try {
    return await Promise.race([work, stopped.promise])
  } finally {
    signal.removeEventListener("abort", stop)
    // Nobody waits for it any more: what it says later has nowhere to go.
    work.catch(() => undefined)
  }
}
