import { generateKeyPair, open, randomBytes, seal, sha256, toBase64Url } from "@darkslide/crypto"
import { systemClock, type Clock } from "../clock.ts"
import { RoomsError } from "../errors.ts"
import { maxItemBytes } from "../items/item-store.ts"
import { maySendItems } from "../membership/roles.ts"
import { EventFeed } from "../room/event-feed.ts"
import type { RoomEvent, RoomMember } from "../room/events.ts"
import type { Room } from "../room/room.ts"
import type { ChannelEvent, ChannelHappening, ChannelItem } from "./channel-events.ts"
import {
  channelKind,
  itemTypes,
  longestTtlMs,
  mostReads,
  readChannelMessage,
  type ChannelMessage,
  type ChannelMessageOf,
  type ItemType,
} from "./channel-message.ts"
import type { AbortableOptions, ItemTransport } from "./item-transport.ts"
import { Recipients, type ChannelIdentity } from "./recipients.ts"
import { Shelf } from "./shelf.ts"

export interface OpenChannelOptions {
  /** Where the sealed pictures lie: `httpItems(…)`. */
  readonly items: ItemTransport
  /** Opens what others post. Default: a new X25519 key of this visit. */
  readonly identity?: ChannelIdentity | undefined
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
}

export interface PostOptions extends AbortableOptions {
  readonly type: ItemType
  /** How long it is there, in milliseconds, at most seven days. Default: ten minutes. */
  readonly ttlMs?: number | undefined
  /** How often it may be fetched, at most 10,000. Default: 100. */
  readonly maxReads?: number | undefined
}

const defaultTtlMs = 600_000
const defaultReads = 100

/**
 * Makes a channel of a room that one is in: pictures that only its members see, for a while. Who comes first, alone, begins a
 * new session: what the server still had is removed.
 * @throws RoomsError `ROOMS_CLOSED`, `ROOMS_UNREACHABLE`; the signal's reason.
 */
export async function openChannel(room: Room, options: OpenChannelOptions): Promise<Channel> {
  options.signal?.throwIfAborted()
  const channel = new Channel(room, options)
  try {
    if (room.members.length === 1 && maySendItems(room.self.role)) await options.items.clear(options)
    await channel.tellKey()
    return channel
  } catch (error) {
    channel.close()
    throw error
  }
}

/** See {@link openChannel}. Leaving the room, or {@link close}, ends it. */
export class Channel implements Disposable {
  readonly #room: Room
  readonly #items: ItemTransport
  readonly #identity: ChannelIdentity
  readonly #clock: Clock
  readonly #feed = new EventFeed<ChannelEvent>("closed")
  readonly #recipients = new Recipients()
  readonly #shelf: Shelf
  readonly #over = new AbortController()
  #position = 0

  /** @internal Made by `openChannel`. */
  constructor(room: Room, options: OpenChannelOptions) {
    this.#room = room
    this.#items = options.items
    this.#identity = options.identity ?? generateKeyPair()
    this.#clock = options.clock ?? systemClock
    this.#shelf = new Shelf(this.#clock, (item) => this.#tell({ type: "item_expired", item, why: "time" }))
    options.signal?.addEventListener("abort", () => this.close(), { once: true, signal: this.#over.signal })
    this.#recipients.take(room.self.leaf, this.#identity.recipient.toString())
    const events = room.events({ signal: this.#over.signal })
    void this.#follow(events)
  }

  /** What is announced, verified to be by a member who may send, and not over. Oldest first. */
  get items(): readonly ChannelItem[] {
    return this.#shelf.items
  }

  /** Members who told the key that items for them are sealed to. */
  get readers(): readonly RoomMember[] {
    return this.#room.members.filter((member) => this.#recipients.has(member))
  }

  /**
   * `join` with who is here, then what happens from this call on, `closed` last. Each call is a subscription of its own,
   * which keeps the newest 1,000 events that were not read.
   */
  async *events(options: AbortableOptions = {}): AsyncGenerator<ChannelEvent, void> {
    const following = this.#feed.read(options.signal)
    const { self, members } = this.#room
    yield { type: "join", self, members, seq: this.#position }
    yield* following
  }

  /**
   * Seals a picture to all members who may receive, has the server keep it, and announces it.
   * @throws RoomsError `ROOMS_FORBIDDEN` by role; `ROOMS_LIMIT_EXCEEDED`, `ROOMS_UNREACHABLE`, `ROOMS_CLOSED`.
   * @throws RangeError for another type, time or count, or more than 8 MiB.
   */
  async post(picture: Uint8Array, options: PostOptions): Promise<void> {
    const { type, ttlMs = defaultTtlMs, maxReads = defaultReads, signal } = options
    checkPost(picture, { type, ttlMs, maxReads })
    this.#requireSender("post pictures")
    const readers = this.#recipients.of(this.#room.members.filter(({ isSelf }) => !isSelf))
    const sealed = await seal(picture, { to: [this.#identity.recipient, ...readers], signal })
    const id = toBase64Url(randomBytes(16))
    await this.#items.put({ id, sealed, ttlMs, maxReads }, { signal })
    signal?.throwIfAborted()
    const hash = toBase64Url(sha256(sealed))
    await this.#say({ v: 1, k: "item", id, hash, bytes: sealed.length, type, ttlMs, maxReads })
  }

  /**
   * Fetches a picture and opens it, if its bytes are those that were announced.
   * @throws RoomsError `ROOMS_EXPIRED` when it is gone, `ROOMS_FORGED` when the server gives other bytes, `ROOMS_UNREACHABLE`.
   * @throws CryptoError `CRYPTO_NO_IDENTITY_MATCHED` when it was sealed before this member's key was known.
   */
  async open(item: ChannelItem, { signal }: AbortableOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#shelf.has(item.id)) throw gone()
    const fetched = await this.#items.get(item.id, { maxBytes: item.bytes, signal })
    if (!fetched) {
      this.#expire(item.id, "reads")
      throw gone()
    }
    const { sealed, readsLeft } = fetched
    if (sealed.length !== item.bytes || toBase64Url(sha256(sealed)) !== item.hash)
      throw new RoomsError("ROOMS_FORGED", "Cannot open picture: the server gives other bytes than were announced")
    const picture = await open(sealed, { with: [this.#identity], signal })
    if (readsLeft === 0) await this.#say({ v: 1, k: "spent", id: item.id })
    return picture
  }

  /** Removes everything that was posted: at the server, and from all screens. */
  async beginSession(options: AbortableOptions = {}): Promise<void> {
    this.#requireSender("begin a session")
    await this.#items.clear(options)
    await this.#say({ v: 1, k: "session" })
  }

  /** Ends the channel for this member; the room stays. */
  close(): void {
    this.#end()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** @internal */
  async tellKey(to?: RoomMember): Promise<void> {
    const recipient = this.#identity.recipient.toString()
    await this.#say({ v: 1, k: "key", recipient, asks: to === undefined }, to)
  }

  #end(error?: RoomsError): void {
    if (this.#over.signal.aborted) return
    this.#shelf.takeAll()
    this.#over.abort(new RoomsError("ROOMS_CLOSED", "Cannot go on: the channel was closed"))
    this.#tell({ type: "closed", ...(error && { error }) })
  }

  #requireSender(what: string): void {
    if (!maySendItems(this.#room.self.role))
      throw new RoomsError("ROOMS_FORBIDDEN", `Cannot ${what}: this member only receives`)
  }

  async #say(message: ChannelMessage, to?: RoomMember): Promise<void> {
    this.#over.signal.throwIfAborted()
    await this.#room.send(channelKind, message, to ? { to: [to] } : {})
  }

  #tell(event: ChannelHappening): void {
    this.#feed.emit({ ...event, seq: this.#position })
  }

  async #follow(events: AsyncIterable<RoomEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#position = event.seq ?? this.#position
        this.#handle(event)
      }
    } catch (error) {
      // Closing the channel ends the subscription with our own reason.
      if (!this.#over.signal.aborted) this.#end(error instanceof RoomsError ? error : undefined)
    }
  }

  #handle(event: RoomEvent): void {
    switch (event.type) {
      case "member_joined":
        return this.#tell({ type: "user_joined", member: event.member })
      case "member_left":
        this.#recipients.forget(event.member.leaf)
        return this.#tell({ type: "user_left", member: event.member, by: event.by })
      case "role_changed":
        return this.#tell({ type: "role_changed", member: event.member })
      case "epoch":
        return this.#tell({ type: "epoch_changed", epoch: event.epoch, code: event.code })
      case "connection":
        return this.#tell(event)
      case "message":
        if (event.kind === channelKind) this.#believe(event.from, event.value)
        return
      case "sent":
        if (event.kind === channelKind) this.#believe(this.#room.self, event.value)
        return
      case "closed":
        return this.#end(event.error)
      default:
    }
  }

  /** Takes a word of a member as far as its role goes. */
  #believe(from: RoomMember, value: unknown): void {
    try {
      this.#take(from, readChannelMessage(value))
    } catch (error) {
      if (!(error instanceof RoomsError)) throw error
      this.#tell({ type: "refused", from, code: error.code })
    }
  }

  #take(from: RoomMember, message: ChannelMessage): void {
    switch (message.k) {
      case "key":
        if (from.isSelf) return
        this.#recipients.take(from.leaf, message.recipient)
        this.#tell({ type: "key_known", member: from })
        if (message.asks) this.tellKey(from).catch((error: unknown) => this.#report(error))
        return
      case "item":
        return this.#announced(from, message)
      case "session":
        if (!maySendItems(from.role)) throw notAllowed("begin a session")
        for (const item of this.#shelf.takeAll()) this.#tell({ type: "item_expired", item, why: "cleared" })
        return
      case "spent":
        // Anybody could say so: the server is asked.
        this.#checkGone(message.id).catch((error: unknown) => this.#report(error))
    }
  }

  #announced(from: RoomMember, message: ChannelMessageOf<"item">): void {
    if (!maySendItems(from.role)) throw notAllowed("post pictures")
    const { id, type, hash, bytes, ttlMs, maxReads } = message
    if (bytes > maxItemBytes) throw new RoomsError("ROOMS_LIMIT_EXCEEDED", "Cannot take picture: it is too large")
    const expiresAt = this.#clock.now() + ttlMs
    const item: ChannelItem = { id, from, type, hash, bytes, expiresAt, maxReads, seq: this.#position }
    if (!this.#shelf.add(item)) throw new RoomsError("ROOMS_FORGED", "Cannot take picture: announced before")
    this.#tell({ type: "new_image", item })
  }

  async #checkGone(id: string): Promise<void> {
    if (!this.#shelf.has(id)) return
    if (!(await this.#items.has(id, { signal: this.#over.signal }))) this.#expire(id, "reads")
  }

  #expire(id: string, why: "reads"): void {
    const item = this.#shelf.take(id)
    if (item) this.#tell({ type: "item_expired", item, why })
  }

  #report(error: unknown): void {
    if (this.#over.signal.aborted) return
    this.#tell({ type: "refused", from: undefined, code: error instanceof RoomsError ? error.code : "ROOMS_MALFORMED" })
  }
}

function checkPost(picture: Uint8Array, { type, ttlMs, maxReads }: Required<Omit<PostOptions, "signal">>): void {
  if (!itemTypes.includes(type)) throw new RangeError(`A picture is one of ${itemTypes.join(", ")}`)
  if (!(Number.isInteger(ttlMs) && ttlMs! >= 1 && ttlMs! <= longestTtlMs))
    throw new RangeError(`A time to live is 1 to ${longestTtlMs} whole milliseconds`)
  if (!(Number.isInteger(maxReads) && maxReads! >= 1 && maxReads! <= mostReads))
    throw new RangeError(`A picture can be read 1 to ${mostReads} times`)
  if (picture.length > 8 << 20) throw new RangeError("A picture has at most 8 MiB")
}

function gone(): RoomsError {
  return new RoomsError("ROOMS_EXPIRED", "Cannot open picture: it is gone")
}

function notAllowed(what: string): RoomsError {
  return new RoomsError("ROOMS_FORGED", `Cannot ${what}: the sender's role may not`)
}
