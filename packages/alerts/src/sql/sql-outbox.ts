import type { Kysely, Transaction } from "kysely"
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
    if (others.length === 0) return await this.attempt(async () => await settleSent(this.database, owner, sent))
    return await this.#together(async (database) => {
      let held = await settleSent(database, owner, sent)
      for (const settlement of others) held += await settleOne(database, owner, settlement)
      return held
    })
  }

  async extend(owner: string, ids: readonly string[], until: number): Promise<readonly string[]> {
    const rows = await this.attempt(
      async () =>
        await this.database
          .updateTable("alerts_outbox")
          .set({ due_at: until })
          .where("id", "in", ids)
          .where("owner", "=", owner)
          .where("state", "=", "waiting")
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
          .select(({ fn }) => fn.min("due_at").as("due_at"))
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
        .select(["created_at", "updated_at", "due_at"])
        .orderBy("created_at", "desc")
        .limit(Math.min(limit, 1000))
      if (state !== undefined) query = query.where("state", "=", state)
      if (channel !== undefined) query = query.where("channel", "=", channel)
      return await query.execute()
    })
    return rows.map(({ created_at, updated_at, due_at, attempts, ...row }) => ({
      ...row,
      attempts: Number(attempts),
      createdAt: Number(created_at),
      updatedAt: Number(updated_at),
      dueAt: Number(due_at),
    }))
  }

  async replay(ids: readonly string[], now: number): Promise<number> {
    if (ids.length === 0) return 0
    const { numUpdatedRows } = await this.attempt(
      async () =>
        await this.database
          .updateTable("alerts_outbox")
          .set({ state: "waiting", attempts: 0, due_at: now, updated_at: now, expires_at: null, owner: null })
          .where("id", "in", ids)
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
          .where("updated_at", "<", before)
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
      .set(({ eb }) => ({ owner, due_at: now + leaseMs, updated_at: now, attempts: eb("attempts", "+", 1) }))
      .where("id", "in", ({ selectFrom }) => selectFrom("first").select("first.id"))
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
      .orderBy("due_at")
      .limit(limit)
    return this.dialect === "postgres" ? due.forUpdate().skipLocked() : due
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
  const fresh = { state: "waiting", attempts: 0, owner: null, code: null } as const
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

/** Delivered: the payload goes at once, what is left is the line of the log. */
async function settleSent(database: Kysely<AlertTables>, owner: string, sent: readonly Settlement[]): Promise<number> {
  if (sent.length === 0) return 0
  const at = sent.reduce((latest, settlement) => Math.max(latest, settlement.at), 0)
  const { numUpdatedRows } = await database
    .updateTable("alerts_outbox")
    .set({ state: "sent", owner: null, updated_at: at, payload: new Uint8Array() })
    .where(
      "id",
      "in",
      sent.map(({ id }) => id),
    )
    .where("owner", "=", owner)
    .where("state", "=", "waiting")
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

async function settleOne(database: Kysely<AlertTables>, owner: string, settlement: Settlement): Promise<number> {
  const { id, state, at, code } = settlement
  const { numUpdatedRows } = await database
    .updateTable("alerts_outbox")
    .set({ state, owner: null, updated_at: at })
    .$if(code !== undefined, (query) => query.set({ code: code ?? null }))
    .$if(state === "expired" || state === "sent", (query) => query.set({ payload: new Uint8Array() }))
    .$if(settlement.state === "waiting", (query) => {
      const waiting = settlement as Extract<Settlement, { state: "waiting" }>
      const back = waiting.uncounted === true ? 1 : 0
      return query.set(({ eb }) => ({ due_at: waiting.dueAt, attempts: eb("attempts", "-", back) }))
    })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .where("state", "=", "waiting")
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
