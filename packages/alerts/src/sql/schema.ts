import type { MessageState } from "../outbox/message.ts"

/** The tables. Only what SQLite and PostgreSQL share: text, bytes, and whole numbers; times are milliseconds since 1970. */
export interface AlertTables {
  alerts_outbox: OutboxTable
  alerts_alerts: AlertTable
  alerts_rules: RuleTable
  alerts_seen: SeenTable
}

interface OutboxTable {
  id: string
  key: string
  channel: string
  destination: string
  payload: Uint8Array
  state: MessageState
  priority: number
  attempts: number
  /**
   * Who holds the lease, until `leased_until`: null and 0 where nobody does, so always after the end. No index knows them:
   * a claim writes the row alone.
   */
  owner: string | null
  leased_until: number
  code: string | null
  created_at: number
  updated_at: number
  due_at: number
  expires_at: number | null
  /** When it was sent, expired or given up; null while it waits. */
  settled_at: number | null
}

/** One alert from its first event to its resolution. `slot` names rule and group while it is open: one at a time. */
interface AlertTable {
  id: string
  slot: string | null
  body: string
  next_at: number | null
  updated_at: number
}

/** What a rule knows beyond its alerts. Locked while one of its alerts changes. */
interface RuleTable {
  rule: string
  body: string
}

/** Event identifiers that a rule has seen, and the alert each went into. */
interface SeenTable {
  rule: string
  event: string
  alert: string
  until: number
}

export type SqlDialect = "sqlite" | "postgres"
