/** What a hub keeps of a room besides its messages. All of it is public, signed or sealed. */
export interface RoomRecord {
  readonly head: Uint8Array
  readonly grant: Uint8Array
  readonly sealedSecret: Uint8Array
  /** Serial of the head. */
  readonly serial: number
  /** Public admission keys that were replaced, newest last, base64url. */
  readonly revoked: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined
}

/** A message as it is kept. */
export interface LogEntry {
  /** From 1, without a hole, in each room. */
  readonly seq: number
  readonly from: number
  readonly id: string
  /** As it came, in base64url. */
  readonly body: string
  readonly slot?: string | undefined
}

/** What became of a message. */
export type Appended =
  | { readonly kind: "added"; readonly seq: number }
  /** This sender's id was there already: nothing was added. */
  | { readonly kind: "known"; readonly seq: number }
  /** Another message has the slot: nothing was added. */
  | { readonly kind: "taken" }
  | { readonly kind: "no-room" }

/**
 * Where a hub keeps rooms: memory, SQLite, a database that several hubs share. Every method is atomic.
 * `roomLogTests` of the tests is its acceptance suite.
 */
export interface RoomLog {
  /** `false` when the room is there, or was and has been removed: an id is never used again. */
  create(room: string, record: RoomRecord): Promise<boolean>
  load(room: string): Promise<RoomRecord | undefined>
  /** Replaces the record if its serial is still `expectedSerial`. */
  replace(room: string, record: RoomRecord, expectedSerial: number): Promise<boolean>
  /** Gives the message the next sequence number; of several with one slot, one wins. */
  append(room: string, entry: Omit<LogEntry, "seq">): Promise<Appended>
  /** Entries after `after`, ascending, at most `limit`. */
  read(room: string, options: { readonly after: number; readonly limit: number }): Promise<readonly LogEntry[]>
  /** The highest sequence number, and the highest one that has been dropped: 0 and 0 at first. */
  bounds(room: string): Promise<{ readonly last: number; readonly dropped: number }>
  /** Drops the entries up to and with `upTo`. Their slots stay taken. */
  drop(room: string, upTo: number): Promise<void>
  /** Removes the room with all that belongs to it; nothing but the fact that there was one stays. */
  remove(room: string): Promise<void>
  /** Whether there was such a room. */
  wasRemoved(room: string): Promise<boolean>
}
