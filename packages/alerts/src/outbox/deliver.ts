import type { Backoff } from "./backoff.ts"
import type { RateLimit } from "./destination-gate.ts"

/** A message on its way. */
export interface Delivery {
  /** Of the message in the outbox. */
  readonly id: string
  /** The same for every attempt, and unguessable: give it to the receiver, so that a second arrival does no harm. */
  readonly key: string
  readonly channel: string
  readonly destination: string
  readonly payload: Uint8Array
  readonly createdAt: number
  /** From 1. */
  readonly attempt: number
}

/**
 * Hands one message to its receiver; returns once the receiver has it. An `AlertsError` says whether another attempt
 * makes sense; any other error counts as one that may pass.
 */
export type Deliver = (delivery: Delivery, options: { readonly signal: AbortSignal }) => Promise<void>

/** A channel of the outbox, with the values that its receivers need. */
export interface OutboxChannel {
  readonly deliver: Deliver
  /** Attempts under way at once. Default: 16. */
  readonly concurrency?: number | undefined
  /** How long one attempt may take, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
  /** Default: 20, which with the default waits is about eight hours. */
  readonly maxAttempts?: number | undefined
  readonly backoff?: Backoff | undefined
  /** Attempts to one destination. Default: no limit. */
  readonly limit?: RateLimit | undefined
  /** Failures in a row after which a destination is left alone for a while. Default: 5. */
  readonly breakAfter?: number | undefined
}

/** What happened to one message or channel, for logs and metrics. Never holds payload or destination. */
export type OutboxEvent =
  | { readonly type: "sent"; readonly channel: string; readonly id: string; readonly attempt: number }
  | {
      readonly type: "retry" | "dead"
      readonly channel: string
      readonly id: string
      readonly attempt: number
      readonly code: string
    }
  | { readonly type: "expired"; readonly channel: string; readonly id: string }
  /** Another worker took the message while this one was sending it: its lease had lapsed. */
  | { readonly type: "lease-lost"; readonly channel: string; readonly id: string }
  | { readonly type: "circuit-open"; readonly channel: string; readonly until: number }
  /** The database failed; the worker tries again by itself. */
  | { readonly type: "store-failed"; readonly channel: string; readonly error: unknown }
