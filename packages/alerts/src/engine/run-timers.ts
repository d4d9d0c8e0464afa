import type { Clock } from "../clock.ts"
import type { AlertStore } from "./alert-store.ts"

interface TimersOptions {
  readonly store: AlertStore
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly pollMs: number
  readonly woken: () => Promise<void>
  readonly fireDue: () => Promise<number>
  readonly tellOfDeadChannels: () => Promise<void>
  readonly forget: () => Promise<void>
  /** Brings back the timers that a clock ahead of this one set. */
  readonly mendClock: () => Promise<void>
  readonly failed: (error: unknown) => void
}

const forgetEveryMs = 600_000
const failurePauseMs = 500
const setBackMs = 60_000

/** Fires timers when they are due, until the signal aborts. They lie in the database: this only wakes up for them. */
export async function runTimers(options: TimersOptions): Promise<void> {
  const { clock, signal, store, pollMs } = options
  let forgotAt = Number.NEGATIVE_INFINITY
  let latest = clock.now()
  while (!signal.aborted) {
    const woken = options.woken()
    const enough = new AbortController()
    try {
      latest = Math.max(latest, clock.now())
      await options.tellOfDeadChannels()
      if ((await options.fireDue()) > 0) continue
      if (clock.now() < latest - setBackMs || clock.now() - forgotAt > forgetEveryMs) {
        // Noted first: a database that cannot forget can often still fire timers.
        forgotAt = clock.now()
        latest = forgotAt
        await options.mendClock()
        await options.forget()
      }
      const next = await store.nextAlert()
      const ms = next === undefined ? pollMs : Math.min(pollMs, Math.max(1, next - clock.now()))
      await Promise.race([pause(clock, ms, AbortSignal.any([signal, enough.signal])), woken])
    } catch (error) {
      options.failed(error)
      await pause(clock, failurePauseMs, signal)
    } finally {
      enough.abort()
    }
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early: that is all it says here.
  await clock.sleep(ms, signal).catch(() => undefined)
}
