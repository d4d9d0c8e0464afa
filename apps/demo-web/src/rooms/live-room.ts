import type { ConnectionState, Knock, Room, RoomEvent, RoomMember, RoomsError } from "@darkslide/rooms"
import type { ShownTo } from "./rooms-service.ts"
import type { WireRecord } from "./wire-record.ts"

/** A line of a room's talk: somebody's words, or what happened. */
export type RoomLine =
  | {
      readonly kind: "chat"
      readonly from: string
      readonly isSelf: boolean
      readonly text: string
      readonly at: number
    }
  | { readonly kind: "note"; readonly note: RoomNote; readonly at: number }

export type RoomNote =
  | { readonly type: "joined" | "left" | "role"; readonly name: string; readonly role: string }
  | { readonly type: "attempt"; readonly failures: number; readonly burned: boolean }
  | { readonly type: "locked" | "unlocked" | "relinked" | "refused" | "returned" }

/** How a page goes back into a room by itself whose hub kept its place no longer. */
export type WayBack =
  | { readonly step: "knocking" }
  /** Somebody inside is asked. */
  | { readonly step: "asked" }
  | { readonly step: "waiting"; readonly error: RoomsError; readonly retryInMs: number }

const titleKind = "darkslide.title"
const keptLines = 500

/** A room that this page is in, with what a page shows of it. It goes on while pages come and go. */
export class LiveRoom {
  readonly room: Room
  readonly kind: "room" | "channel"
  readonly wire: WireRecord
  title: string
  lines: readonly RoomLine[] = []
  knocks: readonly Knock[] = []
  connection: ConnectionState = { state: "connected" }
  shownTo: ShownTo = "nobody"
  /** Set once it is over. */
  over: { readonly error?: RoomsError | undefined } | undefined
  /** Set while this page goes back in; another `LiveRoom` takes the place of this one then. */
  wayBack: WayBack | undefined
  #giveUp = (): void => {}
  /** Of who made it; it is told to newcomers, who may call it something else. */
  readonly isOwner: boolean
  /** Whether this member answers the door by a password. */
  readonly hasPassword: boolean
  /** The neighbour whose server has the room; absent: this page's own. */
  readonly via: string | undefined
  #generation = 0
  readonly #listeners = new Set<() => void>()

  constructor(options: {
    readonly room: Room
    readonly kind: "room" | "channel"
    readonly wire: WireRecord
    readonly title: string
    readonly isOwner: boolean
    readonly hasPassword: boolean
    readonly via?: string | undefined
  }) {
    this.room = options.room
    this.kind = options.kind
    this.wire = options.wire
    this.title = options.title
    this.isOwner = options.isOwner
    this.hasPassword = options.hasPassword
    this.via = options.via
    void this.#follow()
  }

  /** Calls back after each change, until the signal aborts. */
  onChange(listener: () => void, signal: AbortSignal): void {
    this.#listeners.add(listener)
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true })
  }

  get members(): readonly RoomMember[] {
    return this.over ? [] : this.room.members
  }

  /** Answers a knock. */
  async answer(knock: Knock, isWelcome: boolean): Promise<void> {
    this.knocks = this.knocks.filter(({ id }) => id !== knock.id)
    this.#changed()
    if (isWelcome) await this.room.approve(knock.id)
    else await this.room.deny(knock.id)
  }

  /** @param giveUp - Ends it, when the person wants it no more. */
  beginWayBack(giveUp: () => void): void {
    this.#giveUp = giveUp
  }

  goBack(step: WayBack): void {
    this.wayBack = step
    this.#changed()
  }

  giveUpWayBack(): void {
    this.#giveUp()
  }

  /** @param error - Why there is no way back, unless it was given up. */
  endWayBack(error?: RoomsError): void {
    this.wayBack = undefined
    if (error) this.over = { error }
    this.#changed()
  }

  /** Goes on from where this page was in the same room before. */
  takeUp(before: LiveRoom): void {
    this.lines = before.lines
    if (this.title === "") this.title = before.title
    this.#note({ type: "returned" })
    this.#changed()
  }

  async #follow(): Promise<void> {
    for await (const event of this.room.events()) {
      this.#take(event)
      this.#changed()
    }
  }

  #take(event: RoomEvent): void {
    switch (event.type) {
      case "chat":
        return this.#add({ kind: "chat", from: event.from.name, isSelf: false, text: event.text, at: Date.now() })
      case "sent":
        if (event.kind === "chat" && typeof event.value === "string")
          this.#add({ kind: "chat", from: this.room.self.name, isSelf: true, text: event.value, at: Date.now() })
        return
      case "member_joined":
        this.#note({ type: "joined", name: event.member.name, role: event.member.role })
        if (this.isOwner) void this.#tellTitle(event.member)
        return
      case "member_left":
        return this.#note({ type: "left", name: event.member.name, role: event.member.role })
      case "role_changed":
        return this.#note({ type: "role", name: event.member.name, role: event.member.role })
      case "message":
        if (event.kind === titleKind && event.from.role === "owner" && typeof event.value === "string")
          this.title = event.value.slice(0, 80)
        return
      case "knock":
        this.knocks = [...this.knocks, event.knock]
        return
      case "knock_gone":
        this.knocks = this.knocks.filter(({ id }) => id !== event.id)
        return
      case "attempt_failed":
        return this.#note({ type: "attempt", failures: event.failures, burned: event.burned })
      case "settings":
        if (event.generation > this.#generation) this.#note({ type: "relinked" })
        else this.#note({ type: event.locked ? "locked" : "unlocked" })
        this.#generation = event.generation
        return
      case "ignored":
        return this.#note({ type: "refused" })
      case "connection":
        this.connection = event
        return
      case "closed":
        this.over = event.error ? { error: event.error } : {}
        return
      default:
    }
  }

  async #tellTitle(member: RoomMember): Promise<void> {
    try {
      await this.room.send(titleKind, this.title, { to: [member] })
    } catch {
      // They left again, or the room is over: nobody misses a title then.
    }
  }

  #note(note: RoomNote): void {
    this.#add({ kind: "note", note, at: Date.now() })
  }

  #add(line: RoomLine): void {
    this.lines = [...this.lines, line].slice(-keptLines)
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
