import type { AlertItem, StoredAttachment } from "./alert-state.ts"
import type { Severity } from "./event.ts"

/**
 * - `new`: the first of an alert; `more`: further events in it; `update`: content came, in place of what was told.
 * - `reminder`, `escalation`: nobody acknowledged it; `resolved`: it is over; `test`: somebody pressed the button.
 */
export type NotificationKind = "new" | "more" | "update" | "reminder" | "escalation" | "resolved" | "test"

/**
 * What may leave through a channel, from the least on. Each shows what the ones before it show.
 * - `none`: that there is an alert, and a link.
 * - `text`: the words of its events, meant for third parties to read.
 * - `sealed`: the age file too, which only its reader opens.
 * - `clear`: names, places, picture and clip, in clear.
 */
export type ContentPolicy = "none" | "text" | "sealed" | "clear"

/** What a channel is given: already without what its policy keeps back. Plain JSON, as it lies in the outbox. */
export interface Notification {
  /** The same for all notifications of one alert: threads and tags are made of it. Unguessable. */
  readonly alert: string
  /** From 1. A later one takes the place of an earlier one. */
  readonly revision: number
  readonly kind: NotificationKind
  readonly severity: Severity
  /** When it was told, in milliseconds since 1970. */
  readonly at: number
  /** Events in the alert so far. */
  readonly total: number
  readonly title: string
  readonly text?: string | undefined
  /** The newest events, the oldest of them first; at most 10. Empty under `none`. */
  readonly items: readonly AlertItem[]
  readonly link?: string | undefined
  readonly details?: Readonly<Record<string, string>> | undefined
  readonly sealed?: StoredAttachment | undefined
  readonly picture?: StoredAttachment | undefined
  readonly clip?: StoredAttachment | undefined
}
