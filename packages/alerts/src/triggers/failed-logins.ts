import { sha256, toBase64Url } from "@darkslide/crypto"
import { systemClock, type Clock } from "../clock.ts"
import { domains } from "../domains.ts"
import type { AlertEvent } from "../engine/event.ts"
import { SlidingCounts } from "./sliding-counts.ts"

export interface FailedLoginsOptions {
  /** 32 secret bytes, the same at every start: names are counted and labelled by a hash under it. */
  readonly secret: Uint8Array
  /** Default: 10 minutes. */
  readonly windowMs?: number | undefined
  /** Failures of one account within the window. Default: 5. */
  readonly perAccount?: number | undefined
  /** Failures from one address within the window. Default: 20. */
  readonly perAddress?: number | undefined
  /** Different accounts tried from one address within the window. Default: 8. */
  readonly accountsPerAddress?: number | undefined
  /** How many accounts, and how many addresses, are remembered: those that failed last. Default: 10,000. */
  readonly maxNames?: number | undefined
  readonly clock?: Clock | undefined
  /** Milliseconds that only go forward. Default: `performance.now`. */
  readonly elapsed?: (() => number) | undefined
}

export interface LoginAttempt {
  /** What was typed as the name: often it is a password. */
  readonly account: string
  /** The client's address, or its network. */
  readonly address: string
  /** Whether there is such an account. The name of one that there is not goes nowhere, only its hash. */
  readonly isKnown: boolean
}

export interface FailedLogins {
  /** Counts a failed login. @returns the events that it is the last straw of: give each to `alerts.observe`. */
  failed(attempt: LoginAttempt): readonly AlertEvent[]
  /**
   * How long an honest app would wait before it answers this attempt, in milliseconds: 0 for the first three, then twice as
   * long each time, at most 8,000. It reads and locks nothing; nobody can lock somebody else out by it.
   */
  slowDown(attempt: Pick<LoginAttempt, "account" | "isKnown">): number
}

const freeFailures = 3
const firstWaitMs = 250
const longestWaitMs = 8000

/**
 * Watches the failed logins of an app: many at one account, many from one address, many accounts from one address.
 * Memory is bounded, and names that do not exist cannot push out those that do.
 *
 * @example
 * ```ts
 * const logins = failedLogins({ secret: new Uint8Array(32), perAccount: 3 })
 * const attempt = { account: "robin", address: "192.0.2.1", isKnown: true }
 * assert.deepEqual([logins.failed(attempt), logins.failed(attempt)], [[], []])
 * assert.equal(logins.failed(attempt)[0]?.type, "login.failed.account")
 * ```
 */
export function failedLogins(options: FailedLoginsOptions): FailedLogins {
  const { secret, windowMs = 600_000, maxNames = 10_000, clock = systemClock } = options
  const { elapsed = () => performance.now(), perAccount = 5, perAddress = 20, accountsPerAddress = 8 } = options
  if (secret.length !== 32) throw new RangeError("Cannot watch logins: a secret of 32 bytes")
  const counts = (threshold: number): SlidingCounts => new SlidingCounts({ windowMs, threshold, maxNames })
  const known = counts(Math.max(perAccount, freeFailures + 6))
  const unknown = counts(Math.max(perAccount, freeFailures + 6))
  const knownTold = counts(perAccount)
  const unknownTold = counts(perAccount)
  const addresses = counts(perAddress)
  const pairs = counts(1)
  const sprays = counts(accountsPerAddress)

  return {
    failed(attempt) {
      const { address, isKnown } = attempt
      const now = elapsed()
      const account = hash(secret, attempt.account)
      const common = { at: clock.now(), labels: { account, address, known: isKnown ? "yes" : "no" } }
      const named: Readonly<Record<string, string>> = isKnown ? { account: attempt.account } : {}
      const events: AlertEvent[] = []
      const told = isKnown ? knownTold : unknownTold
      ;(isKnown ? known : unknown).add(account, now)
      if (told.add(account, now)) {
        const details = { ...named, address }
        const title = `${perAccount} failed logins at one account`
        events.push({ ...common, type: "login.failed.account", severity: isKnown ? "warning" : "info", title, details })
      }
      if (addresses.add(address, now)) {
        const title = `${perAddress} failed logins from one address`
        events.push({ ...common, type: "login.failed.address", severity: "warning", title, details: { address } })
      }
      // An account counts once per address and window, when it is tried there first.
      if (pairs.add(JSON.stringify([address, account]), now) && sprays.add(address, now)) {
        const title = `${accountsPerAddress} accounts tried from one address`
        events.push({ ...common, type: "login.failed.spray", severity: "critical", title, details: { address } })
      }
      return events
    },
    slowDown({ account, isKnown }) {
      const failures = (isKnown ? known : unknown).count(hash(secret, account), elapsed())
      if (failures < freeFailures) return 0
      return Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - freeFailures))
    },
  }
}

/** Nested, as HMAC is: no hash of a name gives that of a longer one. */
function hash(secret: Uint8Array, name: string): string {
  const inner = sha256(joined(secret, new TextEncoder().encode(`${domains.loginName}\0${name.normalize("NFC")}`)))
  return toBase64Url(sha256(joined(secret, inner)).subarray(0, 12))
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
