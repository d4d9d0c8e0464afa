import type { AlertTables } from "@darkslide/alerts/sql"
import type { GeneratedAlways } from "kysely"

/**
 * The tables, with those of alerts beside our own. Only types that SQLite and PostgreSQL share: text, integer, bytes, and times as bigint milliseconds
 * since 1970. Days (`…On`) are `2026-11-20`: the server keeps no finer time than it needs.
 */
export interface Schema extends AlertTables {
  alerts_alerts: AlertTables["alerts_alerts"] & {
    /** Whose it is; null where the row cannot be read. */
    account_id: GeneratedAlways<string | null>
  }
  alerts_outbox: AlertTables["alerts_outbox"] & {
    /** Of which it tells; empty for what tells of none. */
    alert: GeneratedAlways<string>
  }
  registrations: RegistrationTable
  accounts: AccountTable
  account_history: AccountHistoryTable
  sessions: SessionTable
  uploads: UploadTable
  captures: CaptureTable
  tombstones: TombstoneTable
  heads: HeadTable
  pending_deletes: PendingDeleteTable
  history_segments: HistorySegmentTable
  armed_devices: ArmedDeviceTable
  inbox: InboxTable
  inbox_attempts: InboxAttemptsTable
  inbox_removed: InboxRemovedTable
  alert_targets: AlertTargetTable
  alert_settings: AlertSettingsTable
}

/** OPAQUE records by credential id. The decoy's row has no account. */
interface RegistrationTable {
  credential_id: string
  record: Uint8Array
  account_id: string | null
}

interface AccountTable {
  account_id: string
  wrap: Uint8Array
  keyring: Uint8Array
  state: Uint8Array
  state_number: number
  created_on: string
}

/** Earlier account states, kept 30 days. */
interface AccountHistoryTable {
  account_id: string
  state_number: number
  state: Uint8Array
  keyring: Uint8Array
  replaced_at: number
}

interface SessionTable {
  id: string
  token_hash: string
  account_id: string
  transport: "cookie" | "bearer"
  created_at: number
  seen_at: number
  stepped_up_at: number
  expires_at: number
}

/** An upload is also the name of its blob. The row reserves `bytes` of the quota. */
interface UploadTable {
  id: string
  account_id: string
  bytes: number
  created_at: number
  expires_at: number
}

interface CaptureTable {
  account_id: string
  capture_id: string
  /** Grows with each commit of the account; orders the list. */
  position: number
  header: Uint8Array
  record: Uint8Array
  sealing: Uint8Array
  private: Uint8Array
  thumbnail: Uint8Array
  chunks: Uint8Array
  blob_id: string
  media_bytes: number
  thumbnail_bytes: number
  /** Media and all parts: what counts against the quota. */
  total_bytes: number
  /** SHA-256 of the whole commit, by which a retried one is known. */
  commit_hash: string
  committed_on: string
}

interface TombstoneTable {
  account_id: string
  capture_id: string
  position: number
  document: Uint8Array
}

/** The last signed head of each device. */
interface HeadTable {
  account_id: string
  device_id: string
  sequence: number
  head: Uint8Array
}

/** Blobs whose row is gone and whose file may still be there: replayed at start. */
interface PendingDeleteTable {
  blob_id: string
}

/** Sealed segments of an account's history. The numbers of those that stand have no gap. */
interface HistorySegmentTable {
  account_id: string
  number: number
  segment: Uint8Array
  bytes: number
}

/** Browsers that take a photo after failed logins. */
interface ArmedDeviceTable {
  account_id: string
  device_id: string
  token_hash: string
  /** What mails about its photos carry: see `AlertContentChoice`. */
  content: string
  armed_at: number
}

/** Sealed photos that armed browsers took, for their owner alone. */
interface InboxTable {
  account_id: string
  capture_id: string
  device_id: string
  /** Grows with each photo of the account. */
  position: number
  received_at: number
  /** 1 when its owner has looked at it. */
  reviewed: number
  header: Uint8Array
  record: Uint8Array
  sealing: Uint8Array
  private: Uint8Array
  thumbnail: Uint8Array
  chunks: Uint8Array
  blob_id: string
  media_bytes: number
  total_bytes: number
}

/** Photos past the cap: how many, from when to when, by quarter of an hour. */
interface InboxAttemptsTable {
  account_id: string
  device_id: string
  since: number
  count: number
  first_at: number
  last_at: number
  /** Name in the spool of the last one that was counted: a replay does not count it again. */
  last_name: string
}

/** Photos that are gone: what comes late stays out, and copies of them that turn up late go too. */
interface InboxRemovedTable {
  account_id: string
  capture_id: string
  removed_at: number
  /** 1 when no copy can turn up any more. */
  is_clean: number
}

/** Where an account wants its alerts. */
interface AlertTargetTable {
  id: string
  account_id: string
  channel: string
  destination: string
  /** Signs webhooks; empty for other channels. */
  secret: string
  created_at: number
}

interface AlertSettingsTable {
  account_id: string
  /** JSON of quiet hours; empty for none. */
  quiet_hours: string
}
