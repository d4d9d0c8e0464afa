import type { Clock } from "../clock.ts"
import { AlertsError } from "../errors.ts"
import { abortable } from "./abortable.ts"
import { waitAfter } from "./backoff.ts"
import { healthAfter, type ChannelHealth } from "./channel-health.ts"
import type { OutboxChannel, OutboxEvent } from "./deliver.ts"
import { DestinationGate } from "./destination-gate.ts"
import { nextTask } from "./next-task.ts"
import type { ClaimedMessage, OutboxStore, Settlement } from "./outbox-store.ts"
import { SettlementQueue } from "./settlement-queue.ts"

export interface WorkerOptions {
  readonly name: string
  readonly channel: OutboxChannel
  readonly store: OutboxStore
  readonly clock: Clock
  readonly owner: string
  readonly leaseMs: number
  readonly report: (event: OutboxEvent) => void
}

const breakFor = { openMs: 10_000, maxOpenMs: 600_000 }
const slowMs = 5000

/** Sends one channel's messages: claims, attempts, and settles what came of them. */
export class ChannelWorker {
  readonly #options: WorkerOptions
  readonly #gate: DestinationGate
  readonly #settlements: SettlementQueue
  /** Claimed and not settled yet. */
  readonly #underWay = new Map<string, AbortController>()
  readonly #slots: number
  #delivering = 0
  #freed = Promise.withResolvers<void>()
  #stop: AbortSignal | undefined
  health: ChannelHealth = { state: "unused" }

  constructor(options: WorkerOptions) {
    const { store, owner, channel, clock, report, name } = options
    this.#options = options
    this.#slots = channel.concurrency ?? 16
    this.#gate = new DestinationGate({
      limit: channel.limit,
      failures: channel.breakAfter ?? 5,
      ...breakFor,
      slowSlots: Math.max(1, Math.ceil(this.#slots / 2)),
      slowMs,
    })
    this.#settlements = new SettlementQueue({
      settle: async (batch) => void (await store.settle(owner, batch)),
      settled: (batch) => {
        for (const { id } of batch) this.#underWay.delete(id)
        this.#freed.resolve()
      },
      failed: (error) => report({ type: "store-failed", channel: name, error }),
      clock,
    })
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0
  }

  get isFull(): boolean {
    return this.#free <= 0
  }

  /** While outcomes are written down the next are claimed: as many again, no more. */
  get #free(): number {
    return Math.min(this.#slots - this.#delivering, 2 * this.#slots - this.#underWay.size)
  }

  /** Resolves when a slot is freed after the last claim. */
  async whenFreed(): Promise<void> {
    await this.#freed.promise
    // Slots that are freed together are filled together.
    await nextTask()
  }

  /** Claims as many messages as there are free slots. @returns how many it got. */
  async claim(signal: AbortSignal): Promise<number> {
    const { store, clock, owner, leaseMs, name } = this.#options
    this.#stopWith(signal)
    this.#freed = Promise.withResolvers<void>()
    const free = this.#free
    if (free <= 0) return 0
    const claimed = await store.claim({ channel: name, owner, now: clock.now(), leaseMs, limit: free })
    const refused = new Map<string, number>()
    for (const message of claimed) {
      // Its own lease had lapsed while the program stood still: the attempt under way goes on.
      if (this.#underWay.has(message.id)) continue
      // Told to stop while it was claiming: given back at once.
      const outcome = signal.aborted ? givenBack(message, clock.now()) : this.#admit(message)
      if (outcome === undefined) void this.#attempt(message)
      else {
        this.#underWay.set(message.id, new AbortController())
        this.#settlements.add(outcome)
        if (outcome.state === "waiting" && !signal.aborted) refused.set(message.destination, outcome.dueAt)
      }
    }
    for (const [destination, until] of refused) await store.defer(name, destination, until)
    return claimed.length
  }

  /** Extends the leases of what is under way, and stops what another worker took over. */
  async keepLeases(): Promise<void> {
    const { store, clock, owner, leaseMs, name, report } = this.#options
    const ids = [...this.#underWay.keys()]
    if (ids.length === 0) return
    const held = new Set(await store.extend(owner, ids, clock.now() + leaseMs))
    for (const id of ids) {
      const attempt = this.#underWay.get(id)
      if (held.has(id) || attempt === undefined || this.#settlements.has(id)) continue
      report({ type: "lease-lost", channel: name, id })
      attempt.abort(new DOMException("The lease of this message lapsed", "AbortError"))
    }
  }

  /** Waits until everything under way is settled. */
  async finish(): Promise<void> {
    while (!this.isIdle) {
      this.#freed = Promise.withResolvers<void>()
      await Promise.race([this.#freed.promise, this.#settlements.whenGivenUp()])
      if (this.#settlements.hasGivenUp) return
    }
  }

  /** From now on, a settlement that the database refuses is dropped: its lease lapses, and another worker sends again. */
  giveUpSettling(): void {
    this.#settlements.giveUp()
  }

  /** One listener for all attempts: an abort ends each of them. */
  #stopWith(signal: AbortSignal): void {
    if (this.#stop === signal) return
    this.#stop = signal
    const stop = (): void => {
      for (const attempt of this.#underWay.values()) attempt.abort(signal.reason)
    }
    signal.addEventListener("abort", stop, { once: true })
  }

  /** Why a claimed message is not attempted now; `undefined` when it is, and then its slot at the gate is taken. */
  #admit(message: ClaimedMessage): Settlement | undefined {
    const { id, expiresAt, attempts, destination } = message
    const { clock, channel, name, report } = this.#options
    const at = clock.now()
    if (expiresAt !== null && expiresAt <= at) {
      report({ type: "expired", channel: name, id })
      return { id, state: "expired", at }
    }
    // Only workers that died in the middle of it leave a message with all its attempts used and no outcome.
    if (attempts > (channel.maxAttempts ?? 20)) {
      report({ type: "dead", channel: name, id, attempt: attempts, code: "ALERTS_FAILED" })
      return { id, state: "dead", at, code: "ALERTS_FAILED" }
    }
    const closed = this.#gate.enter(destination, id, at)
    return closed && { id, state: "waiting", at, dueAt: closed.until, uncounted: true }
  }

  async #attempt(message: ClaimedMessage): Promise<void> {
    const { id, key, destination, payload, createdAt, attempts: attempt } = message
    const { channel, clock, name, report } = this.#options
    const own = new AbortController()
    this.#underWay.set(id, own)
    this.#delivering += 1
    const { signal } = own
    let isTimedOut = false
    const timer = setTimeout(() => {
      isTimedOut = true
      own.abort(new DOMException("No answer in time", "TimeoutError"))
    }, channel.timeoutMs ?? 30_000)
    try {
      const delivery = { id, key, channel: name, destination, payload, createdAt, attempt }
      await abortable(channel.deliver(delivery, { signal }), signal)
      const at = clock.now()
      this.#gate.leave(destination, id, "answered", at)
      this.health = healthAfter(this.health, at)
      report({ type: "sent", channel: name, id, attempt })
      this.#settlements.add({ id, state: "sent", at })
    } catch (error) {
      const at = clock.now()
      if (signal.aborted && !isTimedOut) {
        this.#gate.leave(destination, id, "aborted", at)
        this.#settlements.add({ id, state: "waiting", at, dueAt: at, uncounted: true })
        return
      }
      this.#settlements.add(this.#failed(message, toAlertsError(error, isTimedOut), at))
    } finally {
      clearTimeout(timer)
      this.#delivering -= 1
      this.#freed.resolve()
    }
  }

  #failed(message: ClaimedMessage, error: AlertsError, at: number): Settlement {
    const { id, destination, attempts: attempt } = message
    const { channel, store, name, report } = this.#options
    const { code, isFinal, retryAfterMs } = error
    const openUntil = this.#gate.leave(destination, id, isFinal ? "answered" : "failed", at)
    // A refusal of one message says that the channel works.
    if (!isFinal) this.health = healthAfter(this.health, at, code)
    if (isFinal || attempt >= (channel.maxAttempts ?? 20)) {
      report({ type: "dead", channel: name, id, attempt, code })
      return { id, state: "dead", at, code }
    }
    const dueAt = Math.max(at + waitAfter(attempt, { ...channel.backoff, retryAfterMs }), openUntil ?? 0)
    if (openUntil !== undefined) report({ type: "circuit-open", channel: name, until: openUntil })
    const alone = openUntil ?? (code === "ALERTS_THROTTLED" ? dueAt : undefined)
    if (alone !== undefined)
      store
        .defer(name, destination, alone)
        .catch((failure: unknown) => report({ type: "store-failed", channel: name, error: failure }))
    report({ type: "retry", channel: name, id, attempt, code })
    return { id, state: "waiting", at, dueAt, code }
  }
}

function toAlertsError(error: unknown, isTimedOut: boolean): AlertsError {
  if (error instanceof AlertsError) return error
  if (isTimedOut) return new AlertsError("ALERTS_TIMED_OUT", "Cannot deliver: no answer in time", { cause: error })
  return new AlertsError("ALERTS_FAILED", "Cannot deliver: the channel failed", { cause: error })
}

const givenBack = ({ id }: ClaimedMessage, at: number): Settlement => ({
  ...{ id, state: "waiting", at, dueAt: at, uncounted: true },
})
