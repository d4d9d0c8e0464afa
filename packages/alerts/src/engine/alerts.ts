import { toBase64Url } from "@darkslide/crypto"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { systemClock, type Clock } from "../clock.ts"
import type { ChannelHealth } from "../outbox/channel-health.ts"
import type { OutboxChannel } from "../outbox/deliver.ts"
import { createOutbox, type Outbox, type OutboxOptions } from "../outbox/outbox.ts"
import { acknowledge, resolve, setBack, type Telling } from "./advance-alert.ts"
import { readAlert } from "./alert-row.ts"
import { AlertSession, priorityOf, withContent, type Mute, type Observed } from "./alert-session.ts"
import { forever, type AlertState } from "./alert-state.ts"
import type { AlertStore } from "./alert-store.ts"
import type { Channel } from "./channel.ts"
import { compose, englishWords, fromPayload, toPayload, type Words } from "./compose.ts"
import { checkContent, checkEvent, type AlertContent, type AlertEvent } from "./event.ts"
import { deadChannels, deadChannelRule } from "./dead-channels.ts"
import { EventBatcher } from "./event-batcher.ts"
import type { ContentPolicy, Notification } from "./notification.ts"
import { checkRule, matches, type Rule, type Target } from "./rule.ts"
import { runTimers } from "./run-timers.ts"

export interface AlertsOptions extends Pick<
  OutboxOptions,
  "leaseMs" | "pollMs" | "keepSentMs" | "keepDeadMs" | "report"
> {
  readonly store: AlertStore
  /** By name. `{ channel, content }` says what may leave through it. */
  readonly channels: Readonly<Record<string, Channel | { readonly channel: Channel; readonly content: ContentPolicy }>>
  readonly rules: readonly Rule[]
  readonly clock?: Clock | undefined
  /** Who hears that a channel has delivered nothing for `deadAfterMs`, each through another channel. */
  readonly fallback?: readonly Target[] | undefined
  /** Default: 10 minutes. */
  readonly deadAfterMs?: number | undefined
  /** How long closed alerts are kept. Default: 90 days. */
  readonly keepClosedMs?: number | undefined
  /** The few words that this package itself writes. Default: English. */
  readonly words?: Words | undefined
}

/** Events in, notifications out. */
export interface Alerts {
  /**
   * Returns once the event, its timers and what is told at once are on disk.
   * @returns what became of it under each rule that matches it.
   * @throws AlertsError with `ALERTS_STORE_BUSY` or `ALERTS_STORE_FULL`: then it was not accepted.
   */
  observe(event: AlertEvent): Promise<readonly Observed[]>
  /** Adds a picture, a clip or words to the alerts that an event is in: what was told is updated. @returns how many. */
  attach(eventId: string, content: AlertContent): Promise<number>
  /** Ends reminders and escalation. @returns whether there is such an alert. */
  acknowledge(alert: string, options?: { readonly by?: string | undefined }): Promise<boolean>
  resolve(alert: string): Promise<boolean>
  /**
   * Until then, events of the rule are counted and told to nobody, and what waits is held. It takes the place of an
   * earlier mute: a time that is past ends that, and what it held is told.
   * @param until - Milliseconds since 1970; `Infinity` lasts until the next call.
   */
  mute(rule: string, until: number): Promise<void>
  /** Those of these rules that are muted now. Names of no rule are passed over. */
  mutes(rules: readonly string[]): Promise<readonly Mute[]>
  list(query?: { readonly limit?: number; readonly open?: boolean }): Promise<readonly AlertState[]>
  /** From now on. Open alerts of a rule that is gone are closed. */
  setRules(rules: readonly Rule[]): void
  /** Sends a test straight through a channel, and says what came of it: not queued, not repeated. @throws AlertsError */
  sendTest(target: Target, options?: { readonly signal?: AbortSignal }): Promise<void>
  health(): Readonly<Record<string, ChannelHealth>>
  /** Fires timers and delivers, until the signal aborts. */
  run(options: { readonly signal: AbortSignal }): Promise<void>
  /** Fires what is due now, delivers it, and resolves when each attempt is settled. */
  deliverDue(options?: { readonly signal?: AbortSignal }): Promise<void>
  readonly outbox: Outbox
}

const minuteMs = 60_000
const dayMs = 1440 * minuteMs

/**
 * @example
 * ```ts
 * import { memoryStore } from "@darkslide/alerts"
 * const told: string[] = []
 * const alerts = createAlerts({
 *   store: memoryStore(),
 *   channels: { log: { deliver: async ({ title }) => void told.push(title), defaultContent: "text" } },
 *   rules: [{ name: "doors", match: { type: "door.*" }, to: [{ channel: "log", destination: "me" }] }],
 * })
 * await alerts.observe({ type: "door.opened", title: "The door was opened" })
 * await alerts.deliverDue()
 * assert.deepEqual(told, ["The door was opened"])
 * ```
 */
export function createAlerts(options: AlertsOptions): Alerts {
  const { store, clock = systemClock, words = englishWords, fallback = [], keepClosedMs = 90 * dayMs } = options
  const channels = new Map(Object.entries(options.channels).map(([name, given]) => [name, toConfigured(given)]))
  let rules = checked(options.rules)
  const outbox = createOutbox({ ...options, channels: Object.fromEntries([...channels].map(toOutboxChannel)) })
  let wakeUp = Promise.withResolvers<void>()

  const messages = (telling: Telling) => {
    const { state, kind, to, revision } = telling
    const dead = state.rule === deadChannelRule ? state.group[0] : undefined
    return to.flatMap(({ channel, destination }) => {
      const configured = channels.get(channel)
      if (configured === undefined || channel === dead) return []
      const payload = toPayload(compose(telling, configured.content, clock.now(), words))
      const key = `${state.id}.${revision}.${kind}`
      return [{ channel, destination, payload, key, priority: priorityOf(telling) }]
    })
  }

  async function session<Result>(
    of: readonly Rule[],
    work: (opened: AlertSession) => Promise<Result>,
  ): Promise<Result> {
    const result = await store.transaction(async (transaction) => {
      const opened = await AlertSession.open({ transaction, rules: of, now: clock.now(), messages })
      const done = await work(opened)
      await opened.close()
      return done
    })
    wakeUp.resolve()
    wakeUp = Promise.withResolvers<void>()
    outbox.wake()
    return result
  }

  /** Changes one alert under the lock of its rule. */
  async function change(id: string, how: (state: AlertState) => AlertState): Promise<boolean> {
    const row = await store.transaction(async (transaction) => await transaction.alert(id))
    if (row === undefined) return false
    const rule = rules.find(({ name }) => name === readAlert(row.body).rule)
    if (rule === undefined) return await session([], async (opened) => await opened.change(id, how))
    return await session([rule], async (opened) => await opened.change(id, how))
  }

  async function fireDue(): Promise<number> {
    const due = await store.dueAlerts(clock.now(), 100)
    for (const row of due) {
      const at = clock.now()
      try {
        await change(row.id, (state) => (rules.some(({ name }) => name === state.rule) ? state : closed(state, at)))
      } catch (error) {
        if (!isDarkslideError(error, "ALERTS_STORE_CORRUPT")) throw error
        // One unreadable row must not stop the others: it is closed as it is.
        await store.transaction(
          async (unit) => await unit.saveAlert({ ...row, slot: null, nextAt: null, updatedAt: at }),
        )
      }
    }
    return due.length
  }

  async function tellOfDeadChannels(): Promise<void> {
    const limit = options.deadAfterMs ?? 10 * minuteMs
    for (const event of deadChannels(outbox.health(), clock.now(), limit)) await batcher.observe(event)
  }

  const batcher = new EventBatcher(async (events) => {
    const concerned = rules.filter((rule) => events.some((event) => matches(rule, event)))
    return await session(concerned, async (opened) => {
      const observed = []
      for (const event of events) observed.push(await opened.observe(event))
      return observed
    })
  })

  return {
    async observe(event) {
      checkEvent(event)
      return await batcher.observe(event)
    },
    async attach(eventId, content) {
      checkContent(content)
      const ids = await store.transaction(async (transaction) => await transaction.seenIn(eventId))
      let attached = 0
      for (const id of new Set(ids)) if (await change(id, withContent(content, clock.now()))) attached += 1
      return attached
    },
    acknowledge: async (id, { by } = {}) => await change(id, (state) => acknowledge(state, by, clock.now())),
    resolve: async (id) => await change(id, (state) => resolve(state, clock.now())),
    async mute(name, until) {
      const rule = rules.find((known) => known.name === name)
      if (rule === undefined) throw new RangeError(`Cannot mute: no rule "${name}"`)
      if (Number.isNaN(until)) throw new RangeError("Cannot mute: no time")
      const end = Math.min(Math.ceil(Math.max(0, until)), forever)
      await session([rule], async (opened) => await opened.mute(name, end))
    },
    async mutes(names) {
      const known = rules.filter(({ name }) => names.includes(name))
      return await store.transaction(async (transaction) => {
        const opened = await AlertSession.open({ transaction, rules: known, now: clock.now(), messages })
        return known.map(({ name }) => opened.muteOf(name)).filter((mute) => mute !== undefined)
      })
    },
    async list({ limit = 100, open } = {}) {
      return (await store.alerts({ limit, open })).map(({ body }) => readAlert(body))
    },
    setRules(given) {
      rules = checked(given)
    },
    async sendTest({ channel, destination }, { signal = new AbortController().signal } = {}) {
      const configured = channels.get(channel)
      if (configured === undefined) throw new RangeError(`Cannot send test: no channel "${channel}"`)
      const [alert, idempotencyKey] = [randomId(), randomId()]
      const notification: Notification = {
        ...{
          alert,
          revision: 1,
          kind: "test",
          severity: "info",
          at: clock.now(),
          total: 1,
          title: words.test,
          items: [],
        },
      }
      const limit = AbortSignal.any([signal, AbortSignal.timeout(configured.channel.timeoutMs ?? 30_000)])
      await configured.channel.deliver(notification, { destination, idempotencyKey, signal: limit })
    },
    health: () => outbox.health(),
    async run({ signal }) {
      const woken = (): Promise<void> => wakeUp.promise
      const forget = async (): Promise<void> => await store.forget(clock.now(), clock.now() - keepClosedMs)
      const mendClock = async (): Promise<void> => {
        const now = clock.now()
        // Clocks of several machines on one database differ by less than a minute.
        for (const { id, updatedAt } of await store.alertsAfter(now + minuteMs))
          await change(id, (state) => setBack(state, updatedAt - now))
      }
      const timers = {
        store,
        clock,
        signal,
        woken,
        fireDue,
        tellOfDeadChannels,
        forget,
        mendClock,
        pollMs: options.pollMs ?? 1000,
      }
      const failed = (error: unknown): void => options.report?.({ type: "store-failed", channel: "", error })
      await Promise.all([outbox.run({ signal }), runTimers({ ...timers, failed })])
    },
    async deliverDue({ signal } = {}) {
      await tellOfDeadChannels()
      while ((await fireDue()) > 0) signal?.throwIfAborted()
      await outbox.deliverDue({ signal })
    },
    outbox,
  }

  function checked(given: readonly Rule[]): readonly Rule[] {
    const own: Rule = {
      name: deadChannelRule,
      match: { type: "alerts.channel-dead" },
      to: fallback,
      groupBy: ["channel"],
      dedupeMs: dayMs,
    }
    const all = fallback.length === 0 ? given : [...given, own]
    const names = new Set(channels.keys())
    for (const rule of all) checkRule(rule, names)
    if (new Set(all.map(({ name }) => name)).size < all.length)
      throw new RangeError("Cannot use rules: a name comes twice")
    for (const { channel, destination } of all.flatMap(({ to, escalation = [] }) => [
      ...to,
      ...escalation.flatMap((step) => step.to),
    ]))
      channels.get(channel)?.channel.checkDestination?.(destination)
    return all
  }
}

interface Configured {
  readonly channel: Channel
  readonly content: ContentPolicy
}

function toConfigured(given: Channel | Configured): Configured {
  if ("channel" in given) return given
  return { channel: given, content: given.defaultContent ?? "none" }
}

function toOutboxChannel([name, { channel }]: readonly [string, Configured]): [string, OutboxChannel] {
  const deliver: OutboxChannel["deliver"] = async ({ payload, destination, key, id }, { signal }) =>
    // The message's identifier goes with the key: one alert's key is shared by all its destinations.
    await channel.deliver(fromPayload(payload), { destination, idempotencyKey: `${key}.${id.slice(0, 8)}`, signal })
  return [name, { ...channel, deliver }]
}

/** The rule is gone: nothing can be told any more, and its timers must not come up for ever. */
const closed = (state: AlertState, at: number): AlertState => ({
  ...state,
  status: "resolved",
  resolvedAt: at,
  timers: {},
})

const randomId = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(18)))
