import {
  forever,
  type AlertItem,
  type AlertState,
  type AlertTimers,
  type RuleState,
  type StoredContent,
} from "./alert-state.ts"
import { severities, type AlertEvent, type Severity } from "./event.ts"
import type { NotificationKind } from "./notification.ts"
import { quietUntil } from "./quiet-hours.ts"
import type { EscalationStep, Rule, Target } from "./rule.ts"

/** A telling: who is told, of which state. */
export interface Telling {
  readonly kind: NotificationKind
  readonly to: readonly Target[]
  /** As it was before the telling: with what is pending. */
  readonly state: AlertState
  readonly revision: number
}

export interface Advanced {
  readonly state: AlertState
  readonly rule: RuleState
  readonly tellings: readonly Telling[]
}

const minuteMs = 60_000
const keptItems = 10

/** A new alert, with no event in it yet. */
export function openAlert(id: string, rule: Rule, group: readonly string[], now: number): AlertState {
  return {
    id,
    rule: rule.name,
    group,
    status: "active",
    severity: "info",
    openedAt: now,
    lastEventAt: now,
    total: 0,
    pending: 0,
    told: 0,
    suppressed: 0,
    items: [],
    content: {},
    isChanged: false,
    revision: 0,
    repeats: 0,
    step: 0,
    timers: {},
  }
}

/** Takes an event into an open alert. What it starts is a timer, due now where nothing is waited for. */
export function addEvent(state: AlertState, rule: Rule, event: AlertEvent, now: number): AlertState {
  const { at = now, severity = "warning", title, text } = event
  const common = {
    ...state,
    total: state.total + 1,
    lastEventAt: now,
    timers: { ...state.timers, resolve: resolveAt(rule, now) },
  }
  if (state.status !== "active") return { ...common, suppressed: state.suppressed + 1 }
  const item: AlertItem = { at, title, text }
  return {
    ...common,
    pending: state.pending + 1,
    severity: worse(state.severity, severity),
    items: [...state.items, item].slice(-keptItems),
    timers: { ...common.timers, flush: state.timers.flush ?? flushAt(state, rule, now) },
  }
}

/** Takes more content into an open alert: it is shown at once, in place of what was told. */
export function addContent(state: AlertState, content: StoredContent, now: number): AlertState {
  const merged = { ...state, content: { ...state.content, ...content }, isChanged: true }
  const waits = state.status === "resolved" || (state.revision === 0 && state.timers.flush !== undefined)
  return waits ? merged : { ...merged, timers: { ...state.timers, flush: now } }
}

export function acknowledge(state: AlertState, by: string | undefined, now: number): AlertState {
  if (state.status !== "active") return state
  const { repeat: _, escalate: __, ...timers } = state.timers
  return { ...state, status: "acknowledged", acknowledgedAt: now, acknowledgedBy: by, timers }
}

/** After the clock was set back by so much: what was to happen in a while still happens in that while. */
export function setBack(state: AlertState, byMs: number): AlertState {
  const timers = mapTimers(state.timers, (at) => (at === forever ? at : at - byMs))
  return { ...state, timers, toldAt: state.toldAt && state.toldAt - byMs }
}

/** After a mute that was to last until `until` ended early: what it held is due. */
export function release(state: AlertState, until: number, now: number): AlertState {
  return { ...state, timers: mapTimers(state.timers, (at) => (at === until ? now : at)) }
}

/** Ends an alert. What is still pending in it is told first: then it ends by itself. */
export function resolve(state: AlertState, now: number): AlertState {
  if (state.status === "resolved") return state
  return { ...state, timers: { ...state.timers, resolve: now } }
}

/**
 * Does what is due. Quiet hours, a mute and a spent rate move a timer to their end; nothing that is pending is ever
 * dropped. After a long stop each timer goes off once.
 */
export function fireTimers(state: AlertState, rule: Rule, ruleState: RuleState, now: number): Advanced {
  let advanced: Advanced = { state, rule: ruleState, tellings: [] }
  for (const fire of [fireFlush, fireRepeat, fireEscalation, fireResolve]) advanced = fire(advanced, rule, now)
  return advanced
}

function fireFlush(advanced: Advanced, rule: Rule, now: number): Advanced {
  const { state } = advanced
  if (!isDue(state.timers.flush, now)) return advanced
  const { flush: _, ...timers } = state.timers
  if (state.pending === 0 && !state.isChanged) return { ...advanced, state: { ...state, timers } }
  const hold = heldUntil(advanced, rule, now, state.pending > 0)
  if (hold !== undefined) return held(advanced, { ...timers, flush: hold }, now)
  if (state.pending === 0) return tell(advanced, rule, now, { kind: "update", timers })
  const isFirst = state.told === 0
  const repeat = rule.repeat && now + rule.repeat.everyMs
  const escalate = state.timers.escalate ?? nextStep(rule, isFirst ? 0 : state.step, now)
  const after = state.status === "active" ? { ...timers, repeat, escalate } : timers
  return tell(advanced, rule, now, { kind: isFirst ? "new" : "more", timers: after, repeats: 0 })
}

function fireRepeat(advanced: Advanced, rule: Rule, now: number): Advanced {
  const { state } = advanced
  if (rule.repeat === undefined || !isDue(state.timers.repeat, now)) return advanced
  const { everyMs, factor = 2, maxMs = 24 * 60 * minuteMs } = rule.repeat
  const hold = heldUntil(advanced, rule, now, true)
  if (hold !== undefined) return held(advanced, { ...state.timers, repeat: hold }, now)
  const repeats = state.repeats + 1
  const repeat = now + Math.ceil(Math.min(maxMs, everyMs * factor ** Math.min(repeats, 100)))
  return tell(advanced, rule, now, { kind: "reminder", timers: { ...state.timers, repeat }, repeats })
}

function fireEscalation(advanced: Advanced, rule: Rule, now: number): Advanced {
  const { state } = advanced
  if (!isDue(state.timers.escalate, now)) return advanced
  const step: EscalationStep | undefined = rule.escalation?.[state.step]
  const { escalate: _, ...timers } = state.timers
  if (step === undefined) return { ...advanced, state: { ...state, timers } }
  const hold = heldUntil(advanced, rule, now, false)
  if (hold !== undefined) return held(advanced, { ...timers, escalate: hold }, now)
  const next = state.step + 1
  const after = { ...timers, escalate: nextStep(rule, next, now) }
  return tell(advanced, rule, now, { kind: "escalation", timers: after, to: step.to, step: next })
}

function fireResolve(advanced: Advanced, rule: Rule, now: number): Advanced {
  const { state } = advanced
  if (!isDue(state.timers.resolve, now)) return advanced
  // What waits in it is told first.
  if (state.timers.flush !== undefined)
    return { ...advanced, state: { ...state, timers: { ...state.timers, resolve: state.timers.flush } } }
  const over = { status: "resolved", resolvedAt: now } as const
  if (rule.tellResolved !== true || state.revision === 0 || heldUntil(advanced, rule, now, false) !== undefined)
    return { ...advanced, state: { ...state, ...over, timers: {}, content: {}, items: [] } }
  const told = tell(advanced, rule, now, { kind: "resolved", timers: {} })
  return { ...told, state: { ...told.state, ...over } }
}

interface Change {
  readonly kind: NotificationKind
  readonly timers: AlertTimers
  readonly to?: readonly Target[]
  readonly repeats?: number
  readonly step?: number
}

function tell(advanced: Advanced, rule: Rule, now: number, change: Change): Advanced {
  const { state, rule: ruleState, tellings } = advanced
  const { kind, timers, to = rule.to, repeats = state.repeats, step = state.step } = change
  const revision = state.revision + 1
  const takesPending = kind === "new" || kind === "more"
  const counts = kind === "new" || kind === "more" || kind === "reminder"
  return {
    tellings: [...tellings, { kind, to, state, revision }],
    rule:
      counts && rule.rate ? { ...ruleState, toldAt: [...ruleState.toldAt, now].slice(-rule.rate.count) } : ruleState,
    state: {
      ...state,
      timers,
      repeats,
      step,
      revision,
      toldAt: now,
      ...(takesPending ? { told: state.told + state.pending, pending: 0 } : {}),
      ...(kind === "escalation" ? {} : { content: withoutAttachments(state.content), isChanged: false }),
    },
  }
}

/** Until when nothing may be told, where that is not now. */
function heldUntil(
  { state, rule: { mutedUntil, toldAt } }: Advanced,
  rule: Rule,
  now: number,
  counts: boolean,
): number | undefined {
  const { bypassQuietHours: bypass = "critical", quietHours, rate } = rule
  const isLoud = bypass !== "never" && severities.indexOf(state.severity) >= severities.indexOf(bypass)
  const holds = [quietHours === undefined || isLoud ? undefined : quietUntil(quietHours, now)]
  if (mutedUntil !== undefined && mutedUntil > now) holds.push(mutedUntil)
  if (counts && rate !== undefined && toldAt.length >= rate.count) {
    const oldest = toldAt[toldAt.length - rate.count] ?? now
    // In the future only where the clock was set back: no reason to wait for that long.
    if (oldest <= now && oldest + rate.perMs > now) holds.push(oldest + rate.perMs)
  }
  const known = holds.filter((hold) => hold !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

/** Waits for the new time of a timer; the rule notes what a mute holds. */
function held(advanced: Advanced, timers: AlertTimers, now: number): Advanced {
  const { state, rule } = advanced
  const { mutedUntil = now, held: before = [] } = rule
  const isNew = mutedUntil > now && !before.includes(state.id)
  return { ...advanced, state: { ...state, timers }, rule: isNew ? { ...rule, held: [...before, state.id] } : rule }
}

function mapTimers(timers: AlertTimers, map: (at: number) => number): AlertTimers {
  return Object.fromEntries(
    Object.entries(timers).map(([name, at]: [string, number | undefined]) => [name, at && map(at)]),
  ) as AlertTimers
}

function flushAt(state: AlertState, rule: Rule, now: number): number {
  if (state.toldAt === undefined) return now + (rule.groupWaitMs ?? 0)
  return Math.max(now, Math.min(state.toldAt, now) + (rule.groupIntervalMs ?? 5 * minuteMs))
}

function nextStep({ escalation = [] }: Rule, step: number, now: number): number | undefined {
  const next = escalation[step]
  return next && now + next.afterMs
}

const resolveAt = ({ resolveAfterMs = 60 * minuteMs }: Rule, now: number): number => now + resolveAfterMs
const isDue = (timer: number | undefined, now: number): boolean => timer !== undefined && timer <= now
const worse = (a: Severity, b: Severity): Severity => (severities.indexOf(a) > severities.indexOf(b) ? a : b)

function withoutAttachments({ link, details, text }: StoredContent): StoredContent {
  return { link, details, text }
}
