import type { RateLimit } from "../outbox/destination-gate.ts"
import { severities, type AlertEvent, type Severity } from "./event.ts"
import { checkQuietHours, type QuietHours } from "./quiet-hours.ts"

/** Who hears of it. */
export interface Target {
  /** The name of a channel. */
  readonly channel: string
  /** What that channel understands. */
  readonly destination: string
}

/**
 * Which events make an alert, and when whom it is told. Events of one group become one alert, from its first event until
 * it is resolved.
 */
export interface Rule {
  /** Names the rule in the database: keep it. */
  readonly name: string
  readonly match: Match
  readonly to: readonly Target[]
  /** Labels whose values make a group. Default: none, one group for all. */
  readonly groupBy?: readonly string[] | undefined
  /** How long after its first event an alert is told: what comes meanwhile is told with it. Default: 0. */
  readonly groupWaitMs?: number | undefined
  /** The shortest time between telling of a group and telling of more events in it. Default: 5 minutes. */
  readonly groupIntervalMs?: number | undefined
  /** How long the id of an event is remembered. Default: 24 hours. */
  readonly dedupeMs?: number | undefined
  /** How often the rule tells anything at all. What is over it waits, and is told in one. Default: no limit. */
  readonly rate?: RateLimit | undefined
  readonly quietHours?: QuietHours | undefined
  /** Told in quiet hours too, from this severity on. Default: `critical`; `never`: none is. */
  readonly bypassQuietHours?: Severity | "never" | undefined
  /** Told again and again until someone acknowledges it. */
  readonly repeat?: Repeat | undefined
  /** Told to others, while nobody acknowledges it. */
  readonly escalation?: readonly EscalationStep[] | undefined
  /** It is over when no event came for so long. Default: 1 hour. */
  readonly resolveAfterMs?: number | undefined
  /** Whether its end is told too. Default: no. */
  readonly tellResolved?: boolean | undefined
}

export interface Match {
  /** A type, or the beginning of types: `login.*`. */
  readonly type: string
  /** Of at least this severity. Default: `info`. */
  readonly severity?: Severity | undefined
  /** Each with one of these values. */
  readonly labels?: Readonly<Record<string, string | readonly string[]>> | undefined
}

export interface Repeat {
  readonly everyMs: number
  /** Each wait is so many times the one before. Default: 2. */
  readonly factor?: number | undefined
  /** Default: 24 hours. */
  readonly maxMs?: number | undefined
}

export interface EscalationStep {
  /** After the alert was told first, or after the step before. */
  readonly afterMs: number
  readonly to: readonly Target[]
}

export function matches({ match }: Rule, event: AlertEvent): boolean {
  const { type, severity = "info", labels = {} } = match
  const isType = type.endsWith(".*") ? event.type.startsWith(type.slice(0, -1)) : event.type === type || type === "*"
  if (!isType || severities.indexOf(event.severity ?? "warning") < severities.indexOf(severity)) return false
  return Object.entries(labels).every(([name, wanted]) => {
    const value = event.labels !== undefined && Object.hasOwn(event.labels, name) ? event.labels[name] : undefined
    return value !== undefined && (typeof wanted === "string" ? wanted === value : wanted.includes(value))
  })
}

/** The values of the labels that make the group, in the rule's order; an absent one is empty. */
export function groupOf({ groupBy = [] }: Rule, { labels = {} }: AlertEvent): readonly string[] {
  return groupBy.map((name) => (Object.hasOwn(labels, name) ? (labels[name] ?? "") : ""))
}

/** @throws RangeError */
export function checkRule(rule: Rule, channels: ReadonlySet<string>): void {
  const fail = (what: string): never => {
    throw new RangeError(`Cannot use rule "${rule.name}": ${what}`)
  }
  if (rule.name === "" || rule.name.length > 100) fail("a name of 1 to 100 characters")
  const { groupWaitMs, groupIntervalMs, dedupeMs, resolveAfterMs, repeat, escalation = [], rate } = rule
  for (const ms of [groupWaitMs, groupIntervalMs, dedupeMs]) if (ms !== undefined && !(ms >= 0)) fail("times from 0")
  const positive = [
    resolveAfterMs,
    repeat?.everyMs,
    repeat?.maxMs,
    rate?.perMs,
    ...escalation.map((step) => step.afterMs),
  ]
  for (const ms of positive) if (ms !== undefined && !(ms > 0)) fail("times above 0")
  if (repeat?.factor !== undefined && !(repeat.factor >= 1)) fail("a factor from 1")
  if (rate !== undefined && !(Number.isInteger(rate.count) && rate.count >= 1 && rate.count <= 1000))
    fail("a rate of 1 to 1,000")
  for (const { channel } of [...rule.to, ...escalation.flatMap((step) => step.to)])
    if (!channels.has(channel)) fail(`no channel "${channel}"`)
  if (rule.quietHours !== undefined) checkQuietHours(rule.quietHours)
}
