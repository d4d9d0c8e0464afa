import type { AlertRow, AlertStore, AlertTransaction } from "../engine/alert-store.ts"
import { MemoryOutbox } from "./memory-outbox.ts"

interface Seen {
  readonly alert: string
  readonly until: number
}

/** Everything in memory: for tests, and where losing alerts with the process is all right. */
export function memoryStore(): AlertStore {
  return new MemoryStore()
}

class MemoryStore extends MemoryOutbox implements AlertStore {
  #alerts = new Map<string, AlertRow>()
  #rules = new Map<string, string>()
  #seen = new Map<string, Seen>()
  #last: Promise<unknown> = Promise.resolve()

  /** One at a time; one that throws leaves nothing behind. */
  async transaction<Result>(work: (transaction: AlertTransaction) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(async () => await this.#alone(work))
    // Who comes next only waits for this one to end.
    this.#last = result.catch(() => undefined)
    return await result
  }

  async dueAlerts(now: number, limit: number): Promise<readonly AlertRow[]> {
    return [...this.#alerts.values()]
      .filter(({ nextAt }) => nextAt !== null && nextAt <= now)
      .toSorted((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0))
      .slice(0, limit)
  }

  async nextAlert(): Promise<number | undefined> {
    const times = [...this.#alerts.values()].map(({ nextAt }) => nextAt).filter((nextAt) => nextAt !== null)
    return times.toSorted((a, b) => a - b)[0]
  }

  async alerts({
    limit,
    open,
  }: {
    readonly limit: number
    readonly open?: boolean | undefined
  }): Promise<readonly AlertRow[]> {
    return [...this.#alerts.values()]
      .filter(({ slot }) => open === undefined || open === (slot !== null))
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, limit)
  }

  async alertsAfter(after: number): Promise<readonly AlertRow[]> {
    return [...this.#alerts.values()].filter(({ updatedAt, nextAt }) => updatedAt > after && nextAt !== null)
  }

  async forget(now: number, closedBefore: number): Promise<void> {
    for (const [key, { until }] of this.#seen) if (until <= now) this.#seen.delete(key)
    for (const [id, { slot, updatedAt }] of this.#alerts)
      if (slot === null && updatedAt < closedBefore) this.#alerts.delete(id)
  }

  async #alone<Result>(work: (transaction: AlertTransaction) => Promise<Result>): Promise<Result> {
    const before = [new Map(this.#alerts), new Map(this.#rules), new Map(this.#seen)] as const
    const added: string[] = []
    const [alerts, rules, seen] = [this.#alerts, this.#rules, this.#seen]
    try {
      return await work({
        add: async (messages) => {
          const ids = await this.add(messages)
          added.push(...ids)
          return ids
        },
        lockRule: async (rule) => rules.get(rule),
        saveRule: async (rule, body) => void rules.set(rule, body),
        openAlert: async (slot) => [...alerts.values()].find((row) => row.slot === slot),
        alert: async (id) => alerts.get(id),
        saveAlert: async (row) => void alerts.set(row.id, row),
        see: async ({ rule, event, alert, now, until }) => {
          const key = JSON.stringify([rule, event])
          const known = seen.get(key)
          if (known !== undefined && known.until > now) return known.alert
          seen.set(key, { alert, until })
          return undefined
        },
        seenIn: async (event) =>
          [...seen].filter(([key]) => (JSON.parse(key) as string[])[1] === event).map(([, { alert }]) => alert),
      })
    } catch (error) {
      ;[this.#alerts, this.#rules, this.#seen] = before
      for (const id of added) this.rows.delete(id)
      throw error
    }
  }
}
