import { systemClock, type Clock } from "../clock.ts"
import { RoomsError, type RoomsErrorCode } from "../errors.ts"

export interface ComeBackOptions {
  /** Ends trying. */
  readonly signal?: AbortSignal | undefined
  /** After so long the last failure is thrown. Milliseconds; default ten minutes. */
  readonly giveUpAfterMs?: number | undefined
  /** Told before each pause. */
  readonly onWaiting?: ((waiting: Waiting) => void) | undefined
  /** @internal */
  readonly clock?: Clock | undefined
}

/** Why another try has to wait, and for how long. */
export interface Waiting {
  readonly error: RoomsError
  readonly retryInMs: number
}

const firstDelayMs = 500
const longestDelayMs = 10_000

/** What time may mend: the network or the hub come back, whoever admits comes back too, one's own old place is given up. */
const passing: ReadonlySet<RoomsErrorCode> = new Set([
  "ROOMS_UNREACHABLE",
  "ROOMS_SESSION_LOST",
  "ROOMS_NOBODY_TO_ADMIT",
  "ROOMS_LIMIT_EXCEEDED",
  "ROOMS_FULL",
])

/**
 * Joins again after a room ended with `ROOMS_SESSION_LOST`, as often as it takes: as another leaf of the same person, who
 * is let in as the room's door says. It ends with what no time mends: a link that was replaced, a room that is gone, a no.
 * @param join - One try, such as `(signal) => joinRoom({ …, entry: { invite: room.invite }, signal })`.
 * @throws RoomsError as `join`; the signal's reason.
 */
export async function comeBack<Joined>(
  join: (signal: AbortSignal) => Promise<Joined>,
  options: ComeBackOptions = {},
): Promise<Joined> {
  const { signal = new AbortController().signal, giveUpAfterMs = 600_000, onWaiting, clock = systemClock } = options
  const giveUpAt = clock.now() + giveUpAfterMs
  for (let delay = firstDelayMs; ; delay = Math.min(longestDelayMs, 2 * delay)) {
    signal.throwIfAborted()
    try {
      return await join(signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof RoomsError) || !passing.has(error.code)) throw error
      // Not all at once, of those who lost the same hub.
      const retryInMs = Math.round(Math.max(error.retryAfterMs ?? 0, delay * (0.5 + Math.random() / 2)))
      if (clock.now() + retryInMs >= giveUpAt) throw error
      onWaiting?.({ error, retryInMs })
      await clock.sleep(retryInMs, signal)
    }
  }
}
