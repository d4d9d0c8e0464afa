import type { MessageState, QueuedMessage } from "./message.ts"

/** A message under lease. */
export interface ClaimedMessage {
  readonly id: string
  readonly key: string
  readonly channel: string
  readonly destination: string
  readonly payload: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number | null
  /** This attempt counted: a message that kills its worker runs out of attempts too. */
  readonly attempts: number
}

export interface Claim {
  readonly channel: string
  readonly owner: string
  readonly now: number
  readonly leaseMs: number
  /** At least 1. */
  readonly limit: number
}

/** How an attempt ended. */
export type Settlement =
  | {
      readonly id: string
      readonly state: "sent" | "dead" | "expired"
      readonly at: number
      /** The error's code, absent where it was sent. */
      readonly code?: string | undefined
    }
  | {
      readonly id: string
      readonly state: "waiting"
      readonly at: number
      readonly dueAt: number
      readonly code?: string | undefined
      /** The attempt never reached the receiver (its circuit is open, its bucket empty): it does not count. */
      readonly uncounted?: boolean | undefined
    }

/** One line of the delivery log. */
export interface OutboxEntry {
  readonly id: string
  readonly key: string
  readonly channel: string
  readonly destination: string
  readonly state: MessageState
  readonly attempts: number
  /** Code of the last failed attempt. */
  readonly code: string | null
  readonly createdAt: number
  readonly updatedAt: number
  /** When it is tried (again), or its lease ends. */
  readonly dueAt: number
}

export interface EntryQuery {
  readonly state?: MessageState | undefined
  readonly channel?: string | undefined
  /** The newest first. At most 1,000. */
  readonly limit: number
}

/**
 * Where messages wait. One message has one row; a claimed row's `dueAt` is the end of its lease, so that a lapsed lease
 * and a due retry are found alike. Every method is one transaction: it returns once that is on disk.
 * @throws AlertsError with `ALERTS_STORE_BUSY` or `ALERTS_STORE_FULL`; then nothing happened.
 */
export interface OutboxStore {
  /** Adds what is not there yet. @returns the identifiers that were new. */
  add(messages: readonly QueuedMessage[]): Promise<readonly string[]>
  /** Leases the due messages of a channel that come first by priority, then by time due. */
  claim(claim: Claim): Promise<readonly ClaimedMessage[]>
  /** Ends attempts. Messages that `owner` no longer holds stay as they are. @returns how many it still held. */
  settle(owner: string, settlements: readonly Settlement[]): Promise<number>
  /** Moves the end of leases. @returns the identifiers that `owner` still holds. */
  extend(owner: string, ids: readonly string[], until: number): Promise<readonly string[]>
  /** Puts off what waits for a destination and is due before `until`, leased ones aside. */
  defer(channel: string, destination: string, until: number): Promise<void>
  /** When the earliest message of a channel is due or its lease ends. */
  nextDue(channel: string): Promise<number | undefined>
  list(query: EntryQuery): Promise<readonly OutboxEntry[]>
  /** Makes dead messages wait again, with no attempts. @returns how many. */
  replay(ids: readonly string[], now: number): Promise<number>
  /** Removes messages of a final state last touched before that time. @returns how many. */
  removeBefore(state: Exclude<MessageState, "waiting">, before: number): Promise<number>
  /**
   * After the clock was set back: makes due now what a clock more than `toleranceMs` ahead of it touched last (another
   * machine's may be a little ahead). @returns how many.
   */
  mendClock(now: number, toleranceMs: number): Promise<number>
}
