import { ServerError } from "./server-error.ts"

/** One first try, and three more. */
const maxTries = 4

const firstWaitMs = 150
const longestWaitMs = 5000

/**
 * Tries a request that may be repeated again while the server is busy or out of reach: about a second in all, or as
 * long as the server asks for, up to five seconds each time.
 */
export async function retrying<Result>(work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === maxTries || !isPassing(error)) throw error
      await wait(error.retryAfterMs ?? firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random()), signal)
    }
  }
}

function isPassing(error: unknown): error is ServerError {
  if (!(error instanceof ServerError)) return false
  if (error.retryAfterMs !== undefined && error.retryAfterMs > longestWaitMs) return false
  return error.code === "OFFLINE" || error.status === 502 || error.status === 503 || error.status === 504
}

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const done = Promise.withResolvers<void>()
  const timer = setTimeout(done.resolve, ms)
  const abort = () => done.reject(signal?.reason)
  signal?.addEventListener("abort", abort, { once: true })
  try {
    await done.promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", abort)
  }
}
