import { sql } from "kysely"
import type { CreateTableBuilder, Kysely } from "kysely"
import { Migrator } from "kysely/migration"
import type { Migration } from "kysely/migration"
import type { Schema } from "./schema.ts"

/** Applied in order of name, each once, each in a transaction. Never edited after a release: add another. */
const migrations: Record<string, Migration> = {
  "0001-accounts-and-captures": { up: createFirstTables },
  "0002-history": { up: createHistoryTable },
  "0004-inbox-and-alerts": { up: createInboxTables },
  "0005-owners-of-alerts": { up: addOwners },
  "0006-removed-photos": { up: createRemovedTable },
}

export async function migrate(database: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function createFirstTables(database: Kysely<unknown>): Promise<void> {
  const table = (name: string) => database.schema.createTable(name).modifyEnd(sql`strict`)
  const owned = (name: string) =>
    table(name).addColumn("account_id", "text", (column) =>
      column.notNull().references("accounts.account_id").onDelete("cascade"),
    )

  await table("accounts")
    .addColumn("account_id", "text", (column) => column.primaryKey().notNull())
    .$call(required("blob", "wrap", "keyring", "state"))
    .$call(required("integer", "state_number"))
    .$call(required("text", "created_on"))
    .execute()
  await table("registrations")
    .addColumn("credential_id", "text", (column) => column.primaryKey().notNull())
    .$call(required("blob", "record"))
    .addColumn("account_id", "text", (column) => column.references("accounts.account_id").onDelete("cascade"))
    .execute()
  await owned("account_history")
    .$call(required("integer", "state_number", "replaced_at"))
    .$call(required("blob", "state", "keyring"))
    .addPrimaryKeyConstraint("account_history_key", ["account_id", "state_number"])
    .execute()
  await owned("sessions")
    .$call(required("text", "id", "transport", "token_hash"))
    .$call(required("integer", "created_at", "seen_at", "stepped_up_at", "expires_at"))
    .addPrimaryKeyConstraint("sessions_key", ["id"])
    .addUniqueConstraint("sessions_token", ["token_hash"])
    .execute()
  await owned("uploads")
    .$call(required("text", "id"))
    .$call(required("integer", "bytes", "created_at", "expires_at"))
    .addPrimaryKeyConstraint("uploads_key", ["id"])
    .execute()
  await owned("captures")
    .$call(required("text", "capture_id", "blob_id", "commit_hash", "committed_on"))
    .$call(required("integer", "position", "media_bytes", "thumbnail_bytes", "total_bytes"))
    .$call(required("blob", "header", "record", "sealing", "private", "thumbnail", "chunks"))
    .addPrimaryKeyConstraint("captures_key", ["account_id", "capture_id"])
    .addUniqueConstraint("captures_order", ["account_id", "position"])
    .addUniqueConstraint("captures_blob", ["blob_id"])
    .execute()
  await owned("tombstones")
    .$call(required("text", "capture_id"))
    .$call(required("integer", "position"))
    .$call(required("blob", "document"))
    .addPrimaryKeyConstraint("tombstones_key", ["account_id", "capture_id"])
    .addUniqueConstraint("tombstones_order", ["account_id", "position"])
    .execute()
  await owned("heads")
    .$call(required("text", "device_id"))
    .$call(required("integer", "sequence"))
    .$call(required("blob", "head"))
    .addPrimaryKeyConstraint("heads_key", ["account_id", "device_id"])
    .execute()
  await table("pending_deletes")
    .addColumn("blob_id", "text", (column) => column.primaryKey().notNull())
    .execute()

  const index = (name: string, on: string, ...columns: string[]) =>
    database.schema.createIndex(name).on(on).columns(columns).execute()
  await index("sessions_by_account", "sessions", "account_id")
  await index("sessions_by_expiry", "sessions", "expires_at")
  await index("uploads_by_account", "uploads", "account_id", "bytes")
  await index("uploads_by_expiry", "uploads", "expires_at")
  await index("captures_by_size", "captures", "account_id", "total_bytes")
}

async function createHistoryTable(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("history_segments")
    .modifyEnd(sql`strict`)
    .addColumn("account_id", "text", (column) => column.notNull().references("accounts.account_id").onDelete("cascade"))
    .$call(required("integer", "number", "bytes"))
    .$call(required("blob", "segment"))
    .addPrimaryKeyConstraint("history_segments_key", ["account_id", "number"])
    .execute()
  // Sums and lists must not walk through the segments themselves.
  await database.schema
    .createIndex("history_segments_by_size")
    .on("history_segments")
    .columns(["account_id", "number", "bytes"])
    .execute()
}

async function createInboxTables(database: Kysely<unknown>): Promise<void> {
  const owned = (name: string) =>
    database.schema
      .createTable(name)
      .modifyEnd(sql`strict`)
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("accounts.account_id").onDelete("cascade"),
      )
  await owned("armed_devices")
    .$call(required("text", "device_id", "token_hash", "content"))
    .$call(required("integer", "armed_at"))
    .addPrimaryKeyConstraint("armed_devices_key", ["account_id", "device_id"])
    .addUniqueConstraint("armed_devices_token", ["token_hash"])
    .execute()
  await owned("inbox")
    .$call(required("text", "capture_id", "device_id", "blob_id"))
    .$call(required("integer", "position", "received_at", "reviewed", "media_bytes", "total_bytes"))
    .$call(required("blob", "header", "record", "sealing", "private", "thumbnail", "chunks"))
    .addPrimaryKeyConstraint("inbox_key", ["account_id", "capture_id"])
    .addUniqueConstraint("inbox_order", ["account_id", "position"])
    .addUniqueConstraint("inbox_blob", ["blob_id"])
    .execute()
  await owned("inbox_attempts")
    .$call(required("text", "device_id", "last_name"))
    .$call(required("integer", "since", "count", "first_at", "last_at"))
    .addPrimaryKeyConstraint("inbox_attempts_key", ["account_id", "device_id", "since"])
    .execute()
  await owned("alert_targets")
    .$call(required("text", "id", "channel", "destination", "secret"))
    .$call(required("integer", "created_at"))
    .addPrimaryKeyConstraint("alert_targets_key", ["id"])
    .execute()
  await owned("alert_settings")
    .$call(required("text", "quiet_hours"))
    .addPrimaryKeyConstraint("alert_settings_key", ["account_id"])
    .execute()
  const index = (name: string, on: string, ...columns: string[]) =>
    database.schema.createIndex(name).on(on).columns(columns).execute()
  await index("inbox_by_age", "inbox", "received_at")
  await index("alert_targets_by_account", "alert_targets", "account_id")
}

/**
 * Whose alert a row is, and of which alert a message tells: computed from what the alerts package writes, so that no row can
 * be without. See `account-rules.ts` for the names of rules.
 */
async function addOwners(database: Kysely<unknown>): Promise<void> {
  await sql`alter table alerts_alerts add column account_id text generated always as (
    case when json_valid(body) then
      substr(json_extract(body, '$.rule'), instr(json_extract(body, '$.rule'), '.') + 1, 26)
    end) virtual`.execute(database)
  await sql`alter table alerts_outbox add column alert text generated always as (
    substr(key, 1, instr(key, '.') - 1)) virtual`.execute(database)
  const index = (name: string, on: string, ...columns: string[]) =>
    database.schema.createIndex(name).on(on).columns(columns).execute()
  await index("alerts_alerts_by_account", "alerts_alerts", "account_id", "updated_at")
  await index("alerts_outbox_by_alert", "alerts_outbox", "alert")
}

async function createRemovedTable(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("inbox_removed")
    .modifyEnd(sql`strict`)
    .addColumn("account_id", "text", (column) => column.notNull().references("accounts.account_id").onDelete("cascade"))
    .$call(required("text", "capture_id"))
    .$call(required("integer", "removed_at", "is_clean"))
    .addPrimaryKeyConstraint("inbox_removed_key", ["account_id", "capture_id"])
    .execute()
}

function required<const Name extends string>(type: "blob" | "integer" | "text", ...names: readonly Name[]) {
  return <Table extends string, Columns extends string>(table: CreateTableBuilder<Table, Columns>) =>
    names.reduce<CreateTableBuilder<Table, Columns | Name>>(
      (built, name) => built.addColumn(name, type, (column) => column.notNull()),
      table,
    )
}
