import type { Door, Entry, ShownRoom } from "@darkslide/rooms"
import type { Tap } from "@darkslide/rooms/channels"
import type { LiveChannel } from "../channels/live-channel.ts"
import type { LiveTap } from "../channels/live-tap.ts"
import type { LiveRoom } from "./live-room.ts"
import type { SavedRoom } from "./room-book.ts"

/** A room on a network of this page's server. */
export interface NearbyRoom {
  /** Of the neighbour. */
  readonly via: string
  /** Where this person knows it. */
  readonly saved?: SavedRoom | undefined
  /** What it shows to everybody, by choice of its people. */
  readonly shown?: ShownRoom | undefined
}

/** Who on the network learns that there is a room: nobody, who has its link, or everybody, with its name. */
export type ShownTo = "nobody" | "members" | "everybody"

export interface CreateOptions {
  readonly kind: "room" | "channel"
  readonly title: string
  /** As the others see this person. */
  readonly name: string
  readonly door: Door
  /** Lets in whoever knows it and the room's name, while its owner is there. */
  readonly password?: string | undefined
  /** For channels: the key that pictures are sealed to. */
  readonly key?: "x25519" | "rsa" | undefined
  readonly signal?: AbortSignal | undefined
}

export interface JoinOptions {
  readonly kind: "room" | "channel"
  readonly name: string
  readonly entry: Entry
  readonly role?: "member" | "sender" | "receiver" | "viewer" | undefined
  readonly key?: "x25519" | "rsa" | undefined
  /** The neighbour whose server has the room; absent: this page's own. */
  readonly via?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Somebody inside is being asked. */
  readonly onAsked?: (() => void) | undefined
}

/** Rooms and channels, by the hub of this page's server. Implemented in `hub-rooms.ts`; built in `services.ts`. */
export interface RoomsService {
  /** Whether what is saved outlives the page: while an account is unlocked. */
  readonly isKept: boolean
  /** The invitation in the page's address when it was opened: the fragment. It is in the address no more. */
  arrival(): string | undefined
  /** Tells of an invitation that came while the page was open, until the signal aborts. */
  onArrival(listener: () => void, signal: AbortSignal): void
  /** It was used, or is not wanted. */
  forgetArrival(): void

  /** Newest first. */
  saved(): Promise<readonly SavedRoom[]>
  /** Forgets a room that was saved; the room stays. */
  forget(roomId: string): Promise<void>
  /** Makes a room and goes in. */
  create(options: CreateOptions): Promise<LiveRoom>
  join(options: JoinOptions): Promise<LiveRoom>
  /** Goes back into a saved room. */
  enter(saved: SavedRoom, options: Omit<JoinOptions, "kind" | "entry">): Promise<LiveRoom>
  /** The invitation that a link holds which needs a password too. */
  openPasswordLink(fragment: string, password: string): Promise<Entry>
  /** A person's fingerprint was compared. */
  verify(live: LiveRoom, person: { readonly name: string; readonly person: string }): Promise<void>

  /** Rooms nearby that are known or show themselves; `undefined` where the server does not look around. */
  nearby(): Promise<readonly NearbyRoom[] | undefined>
  announce(live: LiveRoom, to: ShownTo): Promise<void>

  /** A room that this page is in. */
  live(roomId: string): LiveRoom | undefined
  channel(roomId: string): LiveChannel | undefined
  /** Listens as an interceptor. */
  listen(tap: Tap, options?: { readonly signal?: AbortSignal | undefined }): Promise<LiveTap>
  tap(roomId: string): LiveTap | undefined
}
