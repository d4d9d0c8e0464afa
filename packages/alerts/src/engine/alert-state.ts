import type { Severity } from "./event.ts"

/** An attachment as it lies in a row: base64url. */
export interface StoredAttachment {
  readonly name: string
  readonly mediaType: string
  readonly base64: string
}

export interface StoredContent {
  readonly text?: string | undefined
  readonly link?: string | undefined
  readonly details?: Readonly<Record<string, string>> | undefined
  readonly sealed?: StoredAttachment | undefined
  readonly picture?: StoredAttachment | undefined
  readonly clip?: StoredAttachment | undefined
}

/** One line of an alert. */
export interface AlertItem {
  readonly at: number
  readonly title: string
  readonly text?: string | undefined
}

export type AlertStatus = "active" | "acknowledged" | "resolved"

/** When what happens next: every timer of an alert. The earliest is its row's `next_at`. */
export interface AlertTimers {
  readonly flush?: number | undefined
  readonly repeat?: number | undefined
  readonly escalate?: number | undefined
  readonly resolve?: number | undefined
}

/** An alert, as a row keeps it. Each event in it is pending, told or suppressed: `total` is the sum of the three. */
export interface AlertState {
  readonly id: string
  readonly rule: string
  readonly group: readonly string[]
  readonly status: AlertStatus
  readonly severity: Severity
  readonly openedAt: number
  readonly lastEventAt: number
  readonly total: number
  readonly pending: number
  readonly told: number
  /** Came after it was acknowledged. */
  readonly suppressed: number
  /** The newest pending ones, for the next telling. */
  readonly items: readonly AlertItem[]
  /** What the next telling shows; the attachments are gone after it. */
  readonly content: StoredContent
  /** There is new content to show, though maybe no new event. */
  readonly isChanged: boolean
  /** How often it was told. */
  readonly revision: number
  readonly toldAt?: number | undefined
  readonly repeats: number
  readonly step: number
  readonly timers: AlertTimers
  readonly acknowledgedAt?: number | undefined
  readonly acknowledgedBy?: string | undefined
  readonly resolvedAt?: number | undefined
}

/** What a rule knows beyond its alerts. */
export interface RuleState {
  /** Of the last tellings, as many as its rate counts. */
  readonly toldAt: readonly number[]
  readonly mutedUntil?: number | undefined
  /** Events that came during the last mute, or during this one. */
  readonly muted: number
  /** Alerts of which something waits for the end of this mute. */
  readonly held?: readonly string[] | undefined
}

/** The end of a mute, and of what it holds, that ends when somebody says so: JSON and SQL know no infinity. */
export const forever: number = Number.MAX_SAFE_INTEGER

export const freshRule: RuleState = { toldAt: [], muted: 0 }

export function nextAt({ flush, repeat, escalate, resolve }: AlertTimers): number | undefined {
  const times = [flush, repeat, escalate, resolve].filter((time) => time !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}
