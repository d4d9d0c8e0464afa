/** At most `count` attempts per `perMs`, saved up to `count`. */
export interface RateLimit {
  readonly count: number
  readonly perMs: number
}

export interface GateOptions {
  readonly limit?: RateLimit | undefined
  /** Failures in a row that open the circuit. */
  readonly failures: number
  /** How long it stays open the first time, in milliseconds; each further time twice as long. */
  readonly openMs: number
  readonly maxOpenMs: number
  /** How many attempts may be under way while the oldest one takes longer than `slowMs`. */
  readonly slowSlots: number
  readonly slowMs: number
}

interface Destination {
  failures: number
  opened: number
  openUntil: number
  tokens: number
  filledAt: number
  readonly startedAt: Map<string, number>
}

const maxDestinations = 1000

/**
 * Decides, per destination of one channel, whether an attempt may start now: a circuit breaker, a token bucket, and a
 * share of the slots that a receiver who never answers cannot exceed, so that its neighbours go on. What it knows lies
 * in memory, for the thousand destinations used last.
 */
export class DestinationGate {
  readonly #options: GateOptions
  readonly #destinations = new Map<string, Destination>()

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Starts an attempt, or says until when there is none. `id` names the attempt. */
  enter(destination: string, id: string, now: number): { readonly until: number } | undefined {
    const known = this.#destination(destination, now)
    const { slowSlots, slowMs, limit } = this.#options
    // A clock that was set back must not keep a circuit open for as long as it was set back.
    known.openUntil = Math.min(known.openUntil, now + this.#options.maxOpenMs)
    if (now < known.openUntil) return { until: known.openUntil }
    // Half open: one attempt tells whether the receiver is back.
    if (known.opened > 0 && known.startedAt.size > 0) return { until: now + slowMs }
    const oldest = known.startedAt.values().next().value
    if (oldest !== undefined && now - oldest > slowMs && known.startedAt.size >= slowSlots)
      return { until: now + slowMs }
    if (limit !== undefined) {
      const refilled = (Math.max(0, now - known.filledAt) * limit.count) / limit.perMs
      known.tokens = Math.min(limit.count, known.tokens + refilled)
      known.filledAt = now
      if (known.tokens < 1) return { until: now + Math.ceil(((1 - known.tokens) * limit.perMs) / limit.count) }
      known.tokens -= 1
    }
    known.startedAt.set(id, now)
    return undefined
  }

  /** Ends an attempt. @returns until when the circuit is open, where this failure opened it. */
  leave(destination: string, id: string, outcome: "answered" | "failed" | "aborted", now: number): number | undefined {
    const known = this.#destination(destination, now)
    known.startedAt.delete(id)
    if (outcome === "aborted") return undefined
    if (outcome === "answered") {
      known.failures = 0
      known.opened = 0
      return undefined
    }
    known.failures += 1
    if (known.failures < this.#options.failures || now < known.openUntil) return undefined
    known.openUntil = now + Math.min(this.#options.maxOpenMs, this.#options.openMs * 2 ** Math.min(known.opened, 20))
    known.opened += 1
    return known.openUntil
  }

  #destination(name: string, now: number): Destination {
    const known = this.#destinations.get(name) ?? {
      failures: 0,
      opened: 0,
      openUntil: 0,
      tokens: this.#options.limit?.count ?? 0,
      filledAt: now,
      startedAt: new Map<string, number>(),
    }
    // Re-inserted: the map's order is that of use.
    this.#destinations.delete(name)
    this.#destinations.set(name, known)
    if (this.#destinations.size > maxDestinations) this.#forgetOldestIdle()
    return known
  }

  #forgetOldestIdle(): void {
    for (const [name, { startedAt }] of this.#destinations) {
      if (startedAt.size > 0) continue
      this.#destinations.delete(name)
      return
    }
  }
}
