import type { OutboxStore } from "../outbox/outbox-store.ts"

/** An alert's row. */
export interface AlertRow {
  readonly id: string
  /** Rule and group, while it is open: one alert at a time has it. */
  readonly slot: string | null
  /** JSON. */
  readonly body: string
  /** Its earliest timer. */
  readonly nextAt: number | null
  readonly updatedAt: number
}

/** What one transaction can do. */
export interface AlertTransaction extends Pick<OutboxStore, "add"> {
  /** The state of a rule, which nobody else changes until this transaction ends. @returns `undefined` for a new one. */
  lockRule(rule: string): Promise<string | undefined>
  saveRule(rule: string, body: string): Promise<void>
  openAlert(slot: string): Promise<AlertRow | undefined>
  alert(id: string): Promise<AlertRow | undefined>
  saveAlert(row: AlertRow): Promise<void>
  /** Notes that a rule saw an event. @returns the alert that it went into before, where that is not past. */
  see(seen: { rule: string; event: string; alert: string; now: number; until: number }): Promise<string | undefined>
  /** The alerts that an event went into. */
  seenIn(event: string): Promise<readonly string[]>
}

/** The outbox, and beside it in the same database the alerts and their timers. */
export interface AlertStore extends OutboxStore {
  /** All of it is on disk when this returns, or none of it is. The work may run more than once. */
  transaction<Result>(work: (transaction: AlertTransaction) => Promise<Result>): Promise<Result>
  /** Alerts with a timer at or before `now`, the earliest first. */
  dueAlerts(now: number, limit: number): Promise<readonly AlertRow[]>
  /** The earliest timer. */
  nextAlert(): Promise<number | undefined>
  /** The newest change first. */
  alerts(query: { readonly limit: number; readonly open?: boolean | undefined }): Promise<readonly AlertRow[]>
  /** Removes seen events past their time, and closed alerts last touched before `closedBefore`. */
  forget(now: number, closedBefore: number): Promise<void>
  /** Open alerts that a clock ahead of `after` touched last. */
  alertsAfter(after: number): Promise<readonly AlertRow[]>
}
