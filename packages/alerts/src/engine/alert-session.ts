import { toBase64Url } from "@darkslide/crypto"
import { toQueued, type NewMessage, type Priority } from "../outbox/message.ts"
import { addContent, addEvent, fireTimers, openAlert, release, type Telling } from "./advance-alert.ts"
import { readAlert, readRule, slotOf, toRow } from "./alert-row.ts"
import { forever, type AlertState, type RuleState, type StoredAttachment, type StoredContent } from "./alert-state.ts"
import type { AlertRow, AlertTransaction } from "./alert-store.ts"
import type { AlertContent, AlertEvent, Attachment } from "./event.ts"
import { groupOf, matches, type Rule } from "./rule.ts"

/** What became of an event under one rule. */
export interface Observed {
  readonly rule: string
  /** The alert that it is part of; absent where it was muted. */
  readonly alert?: string | undefined
  /** `suppressed`: it came after somebody acknowledged the alert. */
  readonly outcome: "opened" | "added" | "suppressed" | "duplicate" | "muted"
}

/** A rule that tells nobody for a while. */
export interface Mute {
  readonly rule: string
  /** Milliseconds since 1970; `Infinity` where it ends when somebody says so. */
  readonly until: number
  /** That came since it began: they are told to nobody, not even later. */
  readonly events: number
}

export interface SessionOptions {
  readonly transaction: AlertTransaction
  readonly rules: readonly Rule[]
  readonly now: number
  /** A telling as messages, one per target that still exists. */
  readonly messages: (telling: Telling) => readonly NewMessage[]
}

const dayMs = 86_400_000

/** The work of one transaction: rows are read once, changed in memory, and written at its end. */
export class AlertSession {
  readonly #options: SessionOptions
  readonly #rules = new Map<string, RuleState>()
  readonly #bySlot = new Map<string, AlertState>()
  readonly #changed = new Map<string, AlertState>()
  readonly #messages: NewMessage[] = []

  private constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Locks the rules, in the order of their names: two transactions never wait for each other. */
  static async open(options: SessionOptions): Promise<AlertSession> {
    const session = new AlertSession(options)
    for (const { name } of options.rules.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      session.#rules.set(name, readRule(await options.transaction.lockRule(name)))
    return session
  }

  async observe(event: AlertEvent): Promise<readonly Observed[]> {
    const observed = []
    for (const rule of this.#options.rules) if (matches(rule, event)) observed.push(await this.#observe(rule, event))
    return observed
  }

  /** Changes one alert of a locked rule. @returns whether there is one. */
  async change(id: string, change: (state: AlertState) => AlertState): Promise<boolean> {
    const row = await this.#options.transaction.alert(id)
    if (row === undefined) return false
    const state = this.#changed.get(id) ?? readAlert(row.body)
    this.#fire(change(state))
    return true
  }

  /** In place of the mute before: what that one held is looked at anew, and told at once where nothing else holds it. */
  async mute(rule: string, until: number): Promise<void> {
    const { now, transaction } = this.#options
    const { mutedUntil = 0, muted, held = [], ...state } = this.#rule(rule)
    this.#rules.set(rule, { ...state, mutedUntil: until, muted: mutedUntil > now ? muted : 0 })
    for (const id of held) {
      const alert = await this.#read(await transaction.alert(id))
      if (alert !== undefined && alert.status !== "resolved") this.#fire(release(alert, mutedUntil, now))
    }
  }

  /** The mute that a rule is under now. */
  muteOf(rule: string): Mute | undefined {
    const { mutedUntil = 0, muted } = this.#rule(rule)
    if (mutedUntil <= this.#options.now) return undefined
    return { rule, until: mutedUntil === forever ? Number.POSITIVE_INFINITY : mutedUntil, events: muted }
  }

  /** Writes everything down, messages too. */
  async close(): Promise<void> {
    const { transaction, now } = this.#options
    for (const [name, state] of this.#rules) await transaction.saveRule(name, JSON.stringify(state))
    // Closed ones first: they free the slot of the next.
    const states = [...this.#changed.values()].toSorted((a, b) => rank(a) - rank(b))
    for (const state of states) await transaction.saveAlert(toRow(state, now))
    if (this.#messages.length > 0) await transaction.add(this.#messages.map((message) => toQueued(message, now)))
  }

  async #observe(rule: Rule, event: AlertEvent): Promise<Observed> {
    const { transaction, now } = this.#options
    const group = groupOf(rule, event)
    const slot = slotOf(rule.name, group)
    const open = await this.#open(slot)
    const id = open?.id ?? toBase64Url(crypto.getRandomValues(new Uint8Array(18)))
    if (event.id !== undefined) {
      const until = now + (rule.dedupeMs ?? dayMs)
      const before = await transaction.see({ rule: rule.name, event: event.id, alert: id, now, until })
      if (before !== undefined) return { rule: rule.name, alert: before, outcome: "duplicate" }
    }
    const ruleState = this.#rule(rule.name)
    if (ruleState.mutedUntil !== undefined && ruleState.mutedUntil > now) {
      this.#rules.set(rule.name, { ...ruleState, muted: ruleState.muted + 1 })
      return { rule: rule.name, outcome: "muted" }
    }
    const state = addEvent(open ?? openAlert(id, rule, group, now), rule, event, now)
    const content = toStored(event)
    const withContent = { ...state, content: { ...state.content, ...content } }
    this.#fire(withContent)
    const outcome = open === undefined ? "opened" : state.suppressed > open.suppressed ? "suppressed" : "added"
    return { rule: rule.name, alert: id, outcome }
  }

  /** Does what is due in an alert, and keeps what came of it. */
  #fire(state: AlertState): void {
    const { rules, now, messages } = this.#options
    const rule = rules.find(({ name }) => name === state.rule)
    const advanced =
      rule === undefined
        ? { state, rule: undefined, tellings: [] }
        : fireTimers(state, rule, this.#rule(rule.name), now)
    if (rule !== undefined && advanced.rule !== undefined) this.#rules.set(rule.name, advanced.rule)
    for (const telling of advanced.tellings) this.#messages.push(...messages(telling))
    const { state: after } = advanced
    this.#changed.set(after.id, after)
    this.#bySlot.set(slotOf(after.rule, after.group), after)
  }

  async #open(slot: string): Promise<AlertState | undefined> {
    const known = this.#bySlot.get(slot)
    if (known !== undefined) return known.status === "resolved" ? undefined : known
    return await this.#read(await this.#options.transaction.openAlert(slot))
  }

  async #read(row: AlertRow | undefined): Promise<AlertState | undefined> {
    if (row === undefined) return undefined
    try {
      return readAlert(row.body)
    } catch {
      // One unreadable row must not stop its group: it is closed as it is, and a new alert takes its place.
      await this.#options.transaction.saveAlert({ ...row, slot: null, nextAt: null, updatedAt: this.#options.now })
      return undefined
    }
  }

  #rule(name: string): RuleState {
    const state = this.#rules.get(name)
    if (state === undefined) throw new RangeError(`Cannot change alert: no rule "${name}"`)
    return state
  }
}

/** Attached content, for {@link AlertSession.change}. */
export const withContent =
  (content: AlertContent, now: number) =>
  (state: AlertState): AlertState =>
    addContent(state, toStored(content), now)

export const priorityOf = ({ state: { severity } }: Telling): Priority =>
  severity === "critical" ? "urgent" : severity === "warning" ? "normal" : "low"

const rank = ({ status }: AlertState): number => (status === "resolved" ? 0 : 1)

/** Only what is there: an absent field must not hide one that an earlier event brought. */
function toStored({ text, link, details, sealed, picture, clip }: AlertContent): StoredContent {
  return {
    ...(text === undefined ? {} : { text }),
    ...(link === undefined ? {} : { link }),
    ...(details === undefined ? {} : { details }),
    ...(sealed === undefined ? {} : { sealed: toAttachment(sealed) }),
    ...(picture === undefined ? {} : { picture: toAttachment(picture) }),
    ...(clip === undefined ? {} : { clip: toAttachment(clip) }),
  }
}

const toAttachment = ({ name, mediaType, bytes }: Attachment): StoredAttachment => ({
  name,
  mediaType,
  base64: toBase64Url(bytes),
})
