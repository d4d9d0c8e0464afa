/** What a hub allows. All sizes in bytes, all times in milliseconds. */
export interface HubLimits {
  /** Messages a second that a connection may send in the long run, and at once. */
  readonly messagesPerSecond: number
  readonly messageBurst: number
  /** Bytes a second, and at once. */
  readonly bytesPerSecond: number
  readonly byteBurst: number
  /** Above it, a connection that reads too slowly gets no presence and no hints. */
  readonly highWaterBytes: number
  /** Above it, it is closed, and may resume. Ordered messages are never left out. */
  readonly maxBufferedBytes: number
  /** How long a member who dropped off can come back as if nothing had been. */
  readonly resumeMs: number
  /** How long after a new secret members may take to prove that they have it. */
  readonly renewMs: number
  /** A connection that says nothing for so long, not even a ping, counts as dropped. */
  readonly idleMs: number
  /** A connection must have joined or knocked by then. */
  readonly helloMs: number
  /** Entries of a room's log that can be replayed. */
  readonly keptEntries: number
  /** Above so many members, joins and leaves are told in digests, at most ten a second. */
  readonly digestAbove: number
  /** People who wait at the door of one room, all together. */
  readonly maxKnockers: number
  /** How long an alias leads to its room. */
  readonly aliasMs: number
}

export const defaultHubLimits: HubLimits = {
  messagesPerSecond: 100,
  messageBurst: 400,
  bytesPerSecond: 1 << 20,
  byteBurst: 4 << 20,
  highWaterBytes: 256 << 10,
  maxBufferedBytes: 8 << 20,
  resumeMs: 60_000,
  renewMs: 10_000,
  idleMs: 60_000,
  helloMs: 10_000,
  keptEntries: 2000,
  digestAbove: 32,
  maxKnockers: 16,
  aliasMs: 600_000,
}
