import { fromBase64Url, generateKeyPair, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import {
  createRoom,
  joinRoom,
  openPasswordLink,
  returnToRoom,
  takeInvite,
  type AddressBar,
  type Entry,
  type OwnerKeys,
  type Room,
  type SignalTransport,
  type VisitOptions,
} from "@darkslide/rooms"
import { intercept, openChannel, type ItemTransport, type Tap } from "@darkslide/rooms/channels"
import { LiveChannel } from "../channels/live-channel.ts"
import { LiveTap } from "../channels/live-tap.ts"
import { generateRsaIdentity } from "../channels/rsa-identity.ts"
import { LiveRoom } from "./live-room.ts"
import type { RoomBook, RoomBooks, SavedRoom } from "./room-book.ts"
import type { CreateOptions, JoinOptions, RoomsService } from "./rooms-service.ts"
import { recorded, WireRecord } from "./wire-record.ts"

export interface HubRoomsOptions {
  /** The page's address, from which invitations are taken. */
  readonly page: AddressBar & Pick<EventTarget, "addEventListener">
  readonly transport: SignalTransport
  /** The sealed pictures of one room. */
  readonly items: (roomId: string, pass: () => string) => ItemTransport
  readonly books: RoomBooks
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface Entered {
  readonly room: Room
  readonly wire: WireRecord
  readonly title: string
  readonly owner?: OwnerKeys | undefined
  readonly password?: string | undefined
  readonly kind: "room" | "channel"
  readonly key?: "x25519" | "rsa" | undefined
}

export class HubRooms implements RoomsService {
  readonly #options: HubRoomsOptions
  readonly #live = new Map<string, LiveRoom>()
  readonly #channels = new Map<string, LiveChannel>()
  readonly #taps = new Map<string, LiveTap>()
  readonly #arrivalListeners = new Set<() => void>()
  #arrival: string | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: HubRoomsOptions) {
    this.#options = options
    this.#arrival = takeInvite(options.page)
    options.page.addEventListener("hashchange", () => {
      this.#arrival = takeInvite(options.page) ?? this.#arrival
      for (const listener of this.#arrivalListeners) listener()
    })
  }

  get isKept(): boolean {
    return this.#options.books.isKept
  }

  arrival(): string | undefined {
    return this.#arrival
  }

  onArrival(listener: () => void, signal: AbortSignal): void {
    this.#arrivalListeners.add(listener)
    signal.addEventListener("abort", () => this.#arrivalListeners.delete(listener), { once: true })
  }

  forgetArrival(): void {
    this.#arrival = undefined
  }

  async saved(): Promise<readonly SavedRoom[]> {
    const { rooms } = await this.#options.books.read()
    return rooms.toSorted((one, other) => other.usedAt - one.usedAt)
  }

  async forget(roomId: string): Promise<void> {
    await this.#rewrite((book) => ({ ...book, rooms: book.rooms.filter((room) => room.roomId !== roomId) }))
  }

  async create(options: CreateOptions): Promise<LiveRoom> {
    const { kind, title, door, password, key } = options
    const wire = new WireRecord()
    const { room, owner } = await createRoom({ ...(await this.#visit(options, wire)), door })
    return await this.#entered({ room, wire, title, owner, password, kind, key })
  }

  async join(options: JoinOptions): Promise<LiveRoom> {
    const { kind, key, entry, role, onAsked } = options
    const wire = new WireRecord()
    const room = await joinRoom({ ...(await this.#visit(options, wire)), entry, role, onAsked })
    const book = await this.#options.books.read()
    const title = book.rooms.find(({ roomId }) => roomId === room.id)?.title ?? ""
    return await this.#entered({ room, wire, title, kind, key })
  }

  async enter(saved: SavedRoom, options: Omit<JoinOptions, "kind" | "entry">): Promise<LiveRoom> {
    const { kind, owner, title, roomId, secret, password } = saved
    if (owner === undefined)
      return await this.join({ ...options, kind, entry: { invite: { roomId, secret: fromBase64Url(secret, 32) } } })
    const wire = new WireRecord()
    const room = await returnToRoom({ ...(await this.#visit(options, wire)), owner })
    return await this.#entered({ room, wire, title, owner, password, kind, key: options.key })
  }

  async openPasswordLink(fragment: string, password: string): Promise<Entry> {
    return { invite: await openPasswordLink(fragment, password) }
  }

  async verify(live: LiveRoom, { name, person }: { readonly name: string; readonly person: string }): Promise<void> {
    live.room.verify({ name, person })
    await this.#rewrite((book) => ({
      ...book,
      known: [...book.known.filter((known) => known.person !== person), { name, person }],
    }))
  }

  live(roomId: string): LiveRoom | undefined {
    return this.#live.get(roomId)
  }

  channel(roomId: string): LiveChannel | undefined {
    return this.#channels.get(roomId)
  }

  async listen(tap: Tap, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<LiveTap> {
    const { transport, items } = this.#options
    this.#taps.get(tap.roomId)?.close()
    const interception = await intercept({
      transport,
      tap,
      items: (pass) => items(tap.roomId, () => pass),
    })
    options.signal?.throwIfAborted()
    const live = new LiveTap(tap.roomId, interception)
    this.#taps.set(tap.roomId, live)
    return live
  }

  tap(roomId: string): LiveTap | undefined {
    return this.#taps.get(roomId)
  }

  async #visit({ name }: { readonly name: string }, wire: WireRecord): Promise<VisitOptions> {
    const { books, transport } = this.#options
    const { personSeed, known } = await books.read()
    // A book that was made just now stays the same from now on.
    await this.#rewrite((book) => ({ ...book, personSeed }))
    const person = signerFromSeed(fromBase64Url(personSeed, 32))
    return { transport: recorded(transport, wire), name, person, known }
  }

  async #entered({ room, wire, title, owner, password, kind, key }: Entered): Promise<LiveRoom> {
    await this.#live.get(room.id)?.room.leave()
    if (password !== undefined) await room.setPassword(password)
    const hasPassword = password !== undefined
    const live = new LiveRoom({ room, kind, wire, title, isOwner: owner !== undefined, hasPassword })
    this.#live.set(room.id, live)
    const usedAt = this.#options.now()
    const saved = { roomId: room.id, kind, title, secret: toBase64Url(room.invite.secret), owner, password, usedAt }
    await this.#rewrite((book) => ({
      ...book,
      rooms: [...book.rooms.filter(({ roomId }) => roomId !== room.id), saved],
    }))
    if (kind === "channel") {
      const identity = key === "rsa" ? await generateRsaIdentity() : generateKeyPair()
      const items = this.#options.items(room.id, () => room.pass)
      this.#channels.set(room.id, new LiveChannel(live, await openChannel(room, { items, identity })))
    }
    return live
  }

  /** One change after the other. */
  async #rewrite(change: (book: RoomBook) => RoomBook): Promise<void> {
    const { books } = this.#options
    const turn = this.#writing.then(async () => await books.write(change(await books.read())))
    // The next one's turn comes also after one that failed, whose own caller hears of it.
    this.#writing = turn.catch(() => undefined)
    await turn
  }
}
