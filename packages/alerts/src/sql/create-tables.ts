import { sql, type CreateTableBuilder, type Kysely, type RawBuilder } from "kysely"
import type { AlertTables, SqlDialect } from "./schema.ts"

/** Creates the tables and indexes that are missing. Safe to call from several processes at once, and at every start. */
export async function createAlertTables(database: Kysely<AlertTables>, dialect: SqlDialect): Promise<void> {
  // Creating an index that is there would still wait for everyone who writes.
  const known = new Set((await database.introspection.getTables()).map(({ name }) => name))
  if (last.every((name) => known.has(name))) return
  await database.transaction().execute(async (transaction) => {
    // PostgreSQL: of two that create the same table at once, one would fail.
    if (dialect === "postgres") await sql`select pg_advisory_xact_lock(${sql.lit(creationLock)})`.execute(transaction)
    await createMissing(transaction, dialect)
  })
}

/** Created last, in one transaction with the others. */
const last: readonly (keyof AlertTables)[] = ["alerts_outbox", "alerts_seen"]
/** Any number that nobody else locks by. */
const creationLock = 0x64617266

async function createMissing(database: Kysely<AlertTables>, dialect: SqlDialect): Promise<void> {
  const bytes = dialect === "postgres" ? "bytea" : "blob"
  const whole = dialect === "postgres" ? "bigint" : "integer"
  const table = (name: keyof AlertTables, postgresOptions?: RawBuilder<unknown>) => {
    const builder = database.schema.createTable(name).ifNotExists()
    const options = dialect === "sqlite" ? sql`strict` : postgresOptions
    return options === undefined ? builder : builder.modifyEnd(options)
  }
  const add =
    (type: "text" | "bytea" | "blob" | "bigint" | "integer", ...names: readonly string[]) =>
    <Table extends string>(builder: CreateTableBuilder<Table>): CreateTableBuilder<Table> =>
      names.reduce((all, name) => all.addColumn(name, type, (column) => column.notNull()), builder)

  // Room in each page for the copy of a row that a claim writes: then no index has to follow it.
  await table("alerts_outbox", sql`with (fillfactor = 50)`)
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .$call(add("text", "key", "channel", "destination", "state"))
    .$call(add(bytes, "payload"))
    .$call(add(whole, "priority", "attempts", "created_at", "updated_at", "due_at", "leased_until"))
    .addColumn("expires_at", whole)
    .addColumn("settled_at", whole)
    .addColumn("owner", "text")
    .addColumn("code", "text")
    .execute()
  await database.schema
    .createIndex("alerts_outbox_due")
    .ifNotExists()
    .on("alerts_outbox")
    .columns(["channel", "priority", "due_at"])
    .where(sql.ref("state"), "=", sql.lit("waiting"))
    .execute()
  await database.schema
    .createIndex("alerts_outbox_log")
    .ifNotExists()
    .on("alerts_outbox")
    .columns(["state", "settled_at"])
    .where(sql.ref("settled_at"), "is not", sql.lit(null))
    .execute()
  await table("alerts_alerts")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("slot", "text", (column) => column.unique())
    .$call(add("text", "body"))
    .$call(add(whole, "updated_at"))
    .addColumn("next_at", whole)
    .execute()
  await database.schema
    .createIndex("alerts_alerts_next")
    .ifNotExists()
    .on("alerts_alerts")
    .column("next_at")
    .where(sql.ref("next_at"), "is not", null)
    .execute()
  await table("alerts_rules")
    .addColumn("rule", "text", (column) => column.primaryKey().notNull())
    .$call(add("text", "body"))
    .execute()
  await table("alerts_seen")
    .addColumn("rule", "text", (column) => column.notNull())
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("alert", "text", (column) => column.notNull())
    .addColumn("until", whole, (column) => column.notNull())
    .addPrimaryKeyConstraint("alerts_seen_key", ["rule", "event"])
    .execute()
  await database.schema.createIndex("alerts_seen_until").ifNotExists().on("alerts_seen").column("until").execute()
}
