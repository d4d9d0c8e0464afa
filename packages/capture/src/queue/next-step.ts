import type { QueueRow } from "./queue-item.ts"

/** What an uploader does now. Times are milliseconds since 1970. */
export type NextStep =
  | { readonly step: "send"; readonly row: QueueRow }
  | { readonly step: "expire"; readonly row: QueueRow }
  /** Nothing is due: until `until`, or until something happens. */
  | { readonly step: "wait"; readonly until: number | null }

/** Whether an item is still to be sent. */
export function isPending({ state }: QueueRow): boolean {
  return state === "queued" || state === "uploading" || state === "finishing"
}

/**
 * Chooses: what is too old first, then the oldest item that is due. An item that failed goes behind those that failed
 * less often, so that it holds nobody up.
 * @param heldUntil - Nothing is sent before.
 */
export function nextStep(rows: readonly QueueRow[], now: number, heldUntil: number): NextStep {
  const pending = rows.filter(isPending)
  // All bytes of a finishing item have arrived: it is not given up for its age.
  const old = pending.find(({ expiresAt, state }) => expiresAt !== null && expiresAt <= now && state !== "finishing")
  if (old) return { step: "expire", row: old }
  const due = heldUntil > now ? [] : pending.filter(({ nextAt }) => nextAt <= now)
  const [first] = due.toSorted((a, b) => a.attempts - b.attempts || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  if (first) return { step: "send", row: first }
  const times = pending.flatMap(({ nextAt, expiresAt, state }) => [
    Math.max(nextAt, heldUntil),
    ...(expiresAt === null || state === "finishing" ? [] : [expiresAt]),
  ])
  return { step: "wait", until: times.length === 0 ? null : Math.min(...times) }
}
