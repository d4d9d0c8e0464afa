/** How much a forwarder does for whom. */
export interface ForwarderLimits {
  /** Of one room, who send or watch. */
  readonly people: number
  /** Of all rooms together. */
  readonly connections: number
  /** Of one person, in the long run and at once. */
  readonly requestsPerSecond: number
  readonly requestsAtOnce: number
  /** How long a connection may take to come about, in milliseconds. */
  readonly connectMs: number
}

export const defaultForwarderLimits: ForwarderLimits = {
  people: 8,
  connections: 256,
  requestsPerSecond: 8,
  requestsAtOnce: 64,
  connectMs: 15_000,
}
