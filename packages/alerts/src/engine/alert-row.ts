import { AlertsError } from "../errors.ts"
import type { AlertRow } from "./alert-store.ts"
import { freshRule, nextAt, type AlertState, type RuleState } from "./alert-state.ts"

/** Rule and group as one text. */
export const slotOf = (rule: string, group: readonly string[]): string => JSON.stringify([rule, ...group])

export function toRow(state: AlertState, now: number): AlertRow {
  const slot = state.status === "resolved" ? null : slotOf(state.rule, state.group)
  return { id: state.id, slot, body: JSON.stringify(state), nextAt: nextAt(state.timers) ?? null, updatedAt: now }
}

/** @throws AlertsError with `ALERTS_STORE_CORRUPT`. */
export const readAlert = (body: string): AlertState => parse(body) as AlertState

/** @throws AlertsError with `ALERTS_STORE_CORRUPT`. */
export const readRule = (body: string | undefined): RuleState =>
  body === undefined || body === "" ? freshRule : (parse(body) as RuleState)

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new AlertsError("ALERTS_STORE_CORRUPT", "Cannot read alert: its row is no JSON", { cause: error })
  }
}
