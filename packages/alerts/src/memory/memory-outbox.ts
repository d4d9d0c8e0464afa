import type { MessageState, QueuedMessage } from "../outbox/message.ts"
import type { Claim, ClaimedMessage, EntryQuery, OutboxEntry, OutboxStore, Settlement } from "../outbox/outbox-store.ts"

interface Row extends QueuedMessage {
  readonly state: MessageState
  readonly attempts: number
  readonly owner: string | null
  readonly code: string | null
  readonly updatedAt: number
}

/** Messages in memory. */
export class MemoryOutbox implements OutboxStore {
  readonly rows: Map<string, Row> = new Map<string, Row>()

  async add(messages: readonly QueuedMessage[]): Promise<readonly string[]> {
    const added = []
    for (const message of messages) {
      if (this.rows.has(message.id)) continue
      const fresh = { state: "waiting", attempts: 0, owner: null, code: null, updatedAt: message.createdAt } as const
      this.rows.set(message.id, { ...message, payload: message.payload.slice(), ...fresh })
      added.push(message.id)
    }
    return added
  }

  async claim({ channel, owner, now, leaseMs, limit }: Claim): Promise<readonly ClaimedMessage[]> {
    const due = this.#waiting((row) => row.channel === channel && row.dueAt <= now)
      .toSorted((a, b) => a.priority - b.priority || a.dueAt - b.dueAt)
      .slice(0, limit)
    return due.map((row): ClaimedMessage => {
      const claimed = { ...row, owner, attempts: row.attempts + 1, dueAt: now + leaseMs, updatedAt: now }
      this.rows.set(row.id, claimed)
      return claimed
    })
  }

  async settle(owner: string, settlements: readonly Settlement[]): Promise<number> {
    let held = 0
    for (const settlement of settlements) {
      const row = this.#held(owner, settlement.id)
      if (row === undefined) continue
      held += 1
      const { state, at, code = row.code } = settlement
      const common = { ...row, state, code, owner: null, updatedAt: at }
      if (settlement.state !== "waiting")
        this.rows.set(row.id, state === "dead" ? common : { ...common, payload: new Uint8Array() })
      else {
        const attempts = row.attempts - (settlement.uncounted === true ? 1 : 0)
        this.rows.set(row.id, { ...common, attempts, dueAt: settlement.dueAt })
      }
    }
    return held
  }

  async extend(owner: string, ids: readonly string[], until: number): Promise<readonly string[]> {
    const held = ids.filter((id) => this.#held(owner, id) !== undefined)
    for (const id of held) this.#change(id, { dueAt: until })
    return held
  }

  async defer(channel: string, destination: string, until: number): Promise<void> {
    const isMeant = (row: Row): boolean =>
      row.channel === channel && row.destination === destination && row.owner === null && row.dueAt < until
    for (const { id } of this.#waiting(isMeant)) this.#change(id, { dueAt: until })
  }

  async nextDue(channel: string): Promise<number | undefined> {
    return this.#waiting((row) => row.channel === channel)
      .map(({ dueAt }) => dueAt)
      .toSorted((a, b) => a - b)[0]
  }

  async list({ state, channel, limit }: EntryQuery): Promise<readonly OutboxEntry[]> {
    return [...this.rows.values()]
      .filter((row) => (state ?? row.state) === row.state && (channel ?? row.channel) === row.channel)
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .slice(0, limit)
      .map(({ id, key, channel: name, destination, state: now, attempts, code, createdAt, updatedAt, dueAt }) => ({
        id,
        key,
        channel: name,
        destination,
        state: now,
        attempts,
        code,
        createdAt,
        updatedAt,
        dueAt,
      }))
  }

  async replay(ids: readonly string[], now: number): Promise<number> {
    const dead = ids.filter((id) => this.rows.get(id)?.state === "dead")
    for (const id of dead)
      this.#change(id, { state: "waiting", attempts: 0, dueAt: now, updatedAt: now, expiresAt: null })
    return dead.length
  }

  async removeBefore(state: MessageState, before: number): Promise<number> {
    const old = [...this.rows.values()].filter((row) => row.state === state && row.updatedAt < before)
    for (const { id } of old) this.rows.delete(id)
    return old.length
  }

  async mendClock(now: number, toleranceMs: number): Promise<number> {
    const ahead = this.#waiting((row) => row.updatedAt > now + toleranceMs)
    for (const { id, dueAt } of ahead) this.#change(id, { dueAt: Math.min(dueAt, now), updatedAt: now })
    return ahead.length
  }

  #waiting(isMeant: (row: Row) => boolean): Row[] {
    return [...this.rows.values()].filter((row) => row.state === "waiting" && isMeant(row))
  }

  #held(owner: string, id: string): Row | undefined {
    const row = this.rows.get(id)
    return row?.state === "waiting" && row.owner === owner ? row : undefined
  }

  #change(id: string, change: Partial<Row>): void {
    const row = this.rows.get(id)
    if (row !== undefined) this.rows.set(id, { ...row, ...change })
  }
}
