interface AbortableOptions {
  readonly signal: AbortSignal
}

/** What a unit says of a feed that it is ready to pass on. */
export interface WatchOffer {
  /** Names this connection to the unit. */
  readonly watch: string
  readonly sdp: string
  /** Which section of the feed each section of this description is. */
  readonly mids: Readonly<Record<string, string>>
}

/** Our stay at a unit. What is not possible rejects with a RoomsError, or with the signal's reason. */
export interface UnitSession {
  /** Offers what we send. It takes the place of what was offered before. @returns where others find it, and the answer. */
  publish(sdp: string, options: AbortableOptions): Promise<{ readonly feed: string; readonly sdp: string }>
  /** Asks for what another sends. */
  watch(feed: string, options: AbortableOptions): Promise<WatchOffer>
  /** Answers an offer. */
  answer(watch: string, sdp: string, options: AbortableOptions): Promise<void>
  /** Watches no more. */
  unwatch(watch: string, options: AbortableOptions): Promise<void>
  /** Ends everything. Never rejects. */
  leave(): Promise<void>
}

/**
 * A server that passes sealed frames on, and has no keys: it gets from each what they send, once, and gives it to those who ask.
 * Its own descriptions hold its addresses; ours hold none.
 */
export interface ForwardingUnit {
  connect(options: AbortableOptions): Promise<UnitSession>
}
