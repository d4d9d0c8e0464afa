import { isPending, type QueueRow } from "./queue-item.ts"

/** What an uploader does now. Times are milliseconds since 1970. */
export type NextStep =
  | { readonly step: "send"; readonly row: QueueRow }
  | { readonly step: "expire"; readonly row: QueueRow }
  /** Nothing is due: until `until`, or until something happens. Infinity where nothing is left. */
  | { readonly step: "wait"; readonly until: number }

/**
 * Chooses: what is too old first, then the oldest item that is due. An item that failed goes behind those that failed
 * less often, so that it holds nobody up.
 * @param heldUntil - Nothing is sent before.
 */
export function nextStep(rows: readonly QueueRow[], now: number, heldUntil: number): NextStep {
  const pending = rows.filter(isPending)
  // All bytes of a finishing item have arrived: it is not given up for its age.
  const endOf = ({ expiresAt, state }: QueueRow) => (state === "finishing" ? Infinity : (expiresAt ?? Infinity))
  const startOf = ({ nextAt }: QueueRow) => Math.max(nextAt, heldUntil)
  const old = pending.find((row) => endOf(row) <= now)
  if (old) return { step: "expire", row: old }
  const [first] = pending
    .filter((row) => startOf(row) <= now)
    .toSorted((a, b) => a.attempts - b.attempts || a.createdAt - b.createdAt)
  if (first) return { step: "send", row: first }
  return { step: "wait", until: Math.min(...pending.flatMap((row) => [startOf(row), endOf(row)])) }
}
