import { expressionBuilder, sql, type Expression, type Kysely, type SqlBool, type Transaction } from "kysely"
import type { MessageState, QueuedMessage } from "../outbox/message.ts"
import { priorities } from "../outbox/message.ts"
import type { Claim, ClaimedMessage, EntryQuery, OutboxEntry, OutboxStore, Settlement } from "../outbox/outbox-store.ts"
import type { AlertTables, SqlDialect } from "./schema.ts"

/** Runs a unit of work on the database: with its retries and its errors as ours. */
export type Attempt = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Bound parameters of one statement stay far under SQLite's 32,766. */
const rowsAtOnce = 500
const returnedColumns = [
  "id",
  "key",
  "channel",
  "destination",
  "payload",
  "priority",
  "attempts",
  "created_at",
  "expires_at",
] as const

/**
 * PostgreSQL need not wait for the disk until a claim is written: one that is lost with the server is a message that
 * waits again, as after any crash. For the transaction of its statement alone.
 */
const unsynced = sql<boolean>`(select set_config('synchronous_commit', 'off', true)) is not null`

/** Messages in a table, over any Kysely of these two dialects, or an open transaction of one. */
export class SqlOutbox implements OutboxStore {
  protected readonly database: Kysely<AlertTables>
  protected readonly dialect: SqlDialect
  protected readonly attempt: Attempt

  constructor(database: Kysely<AlertTables>, dialect: SqlDialect, attempt: Attempt) {
    this.database = database
    this.dialect = dialect
    this.attempt = attempt
  }

  async add(messages: readonly QueuedMessage[]): Promise<readonly string[]> {
    const values = messages.map(toRow)
    if (values.length <= rowsAtOnce) return await this.attempt(async () => await insert(this.database, values))
    return await this.#together(async (database) => {
      const added = []
      for (let from = 0; from < values.length; from += rowsAtOnce)
        added.push(...(await insert(database, values.slice(from, from + rowsAtOnce))))
      return added
    })
  }

  async claim(claim: Claim): Promise<readonly ClaimedMessage[]> {
    return await this.attempt(async () => await this.#claim(claim))
  }

  async settle(owner: string, settlements: readonly Settlement[]): Promise<number> {
    const sent = settlements.filter(({ state, code }) => state === "sent" && code === undefined)
    const others = settlements.filter((settlement) => !sent.includes(settlement))
    if (others.length === 0) return await this.attempt(async () => await this.#settleSent(this.database, owner, sent))
    return await this.#together(async (database) => {
      let held = await this.#settleSent(database, owner, sent)
      for (const settlement of others) held += await settleOne(database, owner, settlement)
      return held
    })
  }

  async extend(owner: string, ids: readonly string[], until: number): Promise<readonly string[]> {
    const rows = await this.attempt(
      async () =>
        await this.database
          .updateTable("alerts_outbox")
          .set({ leased_until: until })
          .where(this.#isOneOf(ids))
          .where("owner", "=", owner)
          .returning("id")
          .execute(),
    )
    return rows.map(({ id }) => id)
  }

  async defer(channel: string, destination: string, until: number): Promise<void> {
    await this.attempt(
      async () =>
        await this.database
          .updateTable("alerts_outbox")
          .set({ due_at: until })
          .where("state", "=", "waiting")
          .where("channel", "=", channel)
          .where("destination", "=", destination)
          .where("owner", "is", null)
          .where("due_at", "<", until)
          .execute(),
    )
  }

  async nextDue(channel: string): Promise<number | undefined> {
    const row = await this.attempt(
      async () =>
        await this.database
          .selectFrom("alerts_outbox")
          .select(({ fn, eb, ref }) =>
            fn
              .min(
                eb.case().when("leased_until", ">", ref("due_at")).then(ref("leased_until")).else(ref("due_at")).end(),
              )
              .as("due_at"),
          )
          .where("state", "=", "waiting")
          .where("channel", "=", channel)
          .executeTakeFirst(),
    )
    return row?.due_at === undefined || row.due_at === null ? undefined : Number(row.due_at)
  }

  async list({ state, channel, limit }: EntryQuery): Promise<readonly OutboxEntry[]> {
    const rows = await this.attempt(async () => {
      let query = this.database
        .selectFrom("alerts_outbox")
        .select(["id", "key", "channel", "destination", "state", "attempts", "code"])
        .select(["created_at", "updated_at", "due_at", "leased_until"])
        .orderBy("created_at", "desc")
        .limit(Math.min(limit, 1000))
      if (state !== undefined) query = query.where("state", "=", state)
      if (channel !== undefined) query = query.where("channel", "=", channel)
      return await query.execute()
    })
    return rows.map(({ created_at, updated_at, due_at, leased_until, attempts, ...row }) => ({
      ...row,
      attempts: Number(attempts),
      createdAt: Number(created_at),
      updatedAt: Number(updated_at),
      dueAt: Math.max(Number(due_at), Number(leased_until)),
    }))
  }

  async replay(ids: readonly string[], now: number): Promise<number> {
    if (ids.length === 0) return 0
    const { numUpdatedRows } = await this.attempt(
      async () =>
        await this.database
          .updateTable("alerts_outbox")
          .set({ state: "waiting", attempts: 0, due_at: now, updated_at: now, expires_at: null, settled_at: null })
          .where(this.#isOneOf(ids))
          .where("state", "=", "dead")
          .executeTakeFirstOrThrow(),
    )
    return Number(numUpdatedRows)
  }

  async removeBefore(state: Exclude<MessageState, "waiting">, before: number): Promise<number> {
    const { numDeletedRows } = await this.attempt(
      async () =>
        await this.database
          .deleteFrom("alerts_outbox")
          .where("state", "=", state)
          .where("settled_at", "<", before)
          .executeTakeFirstOrThrow(),
    )
    return Number(numDeletedRows)
  }

  async mendClock(now: number, toleranceMs: number): Promise<number> {
    const { numUpdatedRows } = await this.attempt(
      async () =>
        await this.database
          .updateTable("alerts_outbox")
          .set(({ ref, eb }) => ({
            due_at: eb.case().when("due_at", ">", now).then(now).else(ref("due_at")).end(),
            leased_until: eb.case().when("leased_until", ">", now).then(now).else(ref("leased_until")).end(),
            updated_at: now,
          }))
          .where("state", "=", "waiting")
          .where("updated_at", ">", now + toleranceMs)
          .executeTakeFirstOrThrow(),
    )
    return Number(numUpdatedRows)
  }

  /** One statement: up to the limit of each priority, by an index each, and of these the first. */
  async #claim(claim: Claim): Promise<readonly ClaimedMessage[]> {
    const { owner, now, leaseMs, limit } = claim
    const rows = await this.database
      // Materialized: PostgreSQL may else run a locking selection more than once.
      .with(
        (cte) => cte("urgent").materialized(),
        (database) => this.#due(database, priorities.urgent, claim),
      )
      .with(
        (cte) => cte("normal").materialized(),
        (database) => this.#due(database, priorities.normal, claim),
      )
      .with(
        (cte) => cte("low").materialized(),
        (database) => this.#due(database, priorities.low, claim),
      )
      .with("first", (database) =>
        database
          .selectFrom("urgent")
          .select(["id", "priority"])
          .unionAll(database.selectFrom("normal").select(["id", "priority"]))
          .unionAll(database.selectFrom("low").select(["id", "priority"]))
          .orderBy("priority")
          .limit(limit),
      )
      .updateTable("alerts_outbox")
      .set(({ eb }) => ({ owner, leased_until: now + leaseMs, updated_at: now, attempts: eb("attempts", "+", 1) }))
      .where("id", "in", ({ selectFrom }) => selectFrom("first").select("first.id"))
      .$if(this.dialect === "postgres", (query) => query.where(unsynced))
      .returning(returnedColumns)
      .execute()
    // What an update returns has no order.
    return rows
      .toSorted((a, b) => Number(a.priority) - Number(b.priority) || Number(a.created_at) - Number(b.created_at))
      .map(({ created_at, expires_at, attempts, priority: _priority, ...row }) => ({
        ...row,
        attempts: Number(attempts),
        createdAt: Number(created_at),
        expiresAt: expires_at === null ? null : Number(expires_at),
      }))
  }

  #due(database: Pick<Kysely<AlertTables>, "selectFrom">, priority: number, { channel, now, limit }: Claim) {
    const due = database
      .selectFrom("alerts_outbox")
      .select(["id", "priority"])
      .where("state", "=", "waiting")
      .where("channel", "=", channel)
      .where("priority", "=", priority)
      .where("due_at", "<=", now)
      .where("leased_until", "<=", now)
      .orderBy("due_at")
      .limit(limit)
    return this.dialect === "postgres" ? due.forUpdate().skipLocked() : due
  }

  /** Delivered: the payload goes at once, what is left is the line of the log. */
  async #settleSent(database: Kysely<AlertTables>, owner: string, sent: readonly Settlement[]): Promise<number> {
    if (sent.length === 0) return 0
    const at = sent.reduce((latest, settlement) => Math.max(latest, settlement.at), 0)
    const { numUpdatedRows } = await database
      .updateTable("alerts_outbox")
      .set({ state: "sent", owner: null, leased_until: 0, updated_at: at, settled_at: at, payload: new Uint8Array() })
      .where(this.#isOneOf(sent.map(({ id }) => id)))
      .where("owner", "=", owner)
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  }

  /** PostgreSQL: one parameter for all, so that the statement is planned alike for any number. */
  #isOneOf(ids: readonly string[]): Expression<SqlBool> {
    const { eb } = expressionBuilder<AlertTables, "alerts_outbox">()
    return this.dialect === "postgres" ? sql<boolean>`id = any(${ids})` : eb("id", "in", ids)
  }

  /** All of it or nothing; within the caller's transaction where this store lies over one. */
  async #together<Result>(work: (database: Kysely<AlertTables>) => Promise<Result>): Promise<Result> {
    if (this.database.isTransaction) return await work(this.database)
    return await this.attempt(
      async () =>
        await this.database.transaction().execute(async (database: Transaction<AlertTables>) => await work(database)),
    )
  }
}

type OutboxRow = AlertTables["alerts_outbox"]

function toRow({ createdAt, dueAt, expiresAt, ...message }: QueuedMessage): OutboxRow {
  const fresh = { state: "waiting", attempts: 0, owner: null, leased_until: 0, code: null, settled_at: null } as const
  return { ...message, ...fresh, created_at: createdAt, updated_at: createdAt, due_at: dueAt, expires_at: expiresAt }
}

async function insert(database: Kysely<AlertTables>, rows: readonly OutboxRow[]): Promise<readonly string[]> {
  if (rows.length === 0) return []
  const added = await database
    .insertInto("alerts_outbox")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .execute()
  return added.map(({ id }) => id)
}

async function settleOne(database: Kysely<AlertTables>, owner: string, settlement: Settlement): Promise<number> {
  const { id, state, at, code } = settlement
  const { numUpdatedRows } = await database
    .updateTable("alerts_outbox")
    .set({ state, owner: null, leased_until: 0, updated_at: at, settled_at: state === "waiting" ? null : at })
    .$if(code !== undefined, (query) => query.set({ code: code ?? null }))
    .$if(state === "expired" || state === "sent", (query) => query.set({ payload: new Uint8Array() }))
    .$if(settlement.state === "waiting", (query) => {
      const waiting = settlement as Extract<Settlement, { state: "waiting" }>
      const back = waiting.uncounted === true ? 1 : 0
      return query.set(({ eb }) => ({ due_at: waiting.dueAt, attempts: eb("attempts", "-", back) }))
    })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
