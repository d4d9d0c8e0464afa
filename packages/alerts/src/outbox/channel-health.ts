/** How a channel has been doing, since this process started. */
export type ChannelHealth =
  | { readonly state: "unused" }
  | { readonly state: "working"; readonly lastSentAt: number }
  | {
      readonly state: "failing"
      /** Its first failure since it last delivered something. */
      readonly since: number
      readonly lastFailedAt: number
      /** Code of the last failure. */
      readonly code: string
      readonly lastSentAt?: number | undefined
    }

/** The health after an attempt: `code` is that of a failure. */
export function healthAfter(health: ChannelHealth, at: number, code?: string): ChannelHealth {
  if (code === undefined) return { state: "working", lastSentAt: at }
  const lastSentAt = health.state === "unused" ? undefined : health.lastSentAt
  const since = health.state === "failing" ? health.since : at
  return { state: "failing", since, lastFailedAt: at, code, lastSentAt }
}
