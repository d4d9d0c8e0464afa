import { fromBase64Url, generateKeyPair, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import {
  beaconSlotMs,
  createRoom,
  isOfRoom,
  joinRoom,
  openPasswordLink,
  returnToRoom,
  roomBeacon,
  takeInvite,
  type AddressBar,
  type Entry,
  type Invite,
  type OwnerKeys,
  type Room,
  type SignalTransport,
  type VisitOptions,
} from "@darkslide/rooms"
import { intercept, openChannel, type ChannelIdentity, type ItemTransport, type Tap } from "@darkslide/rooms/channels"
import { LiveChannel } from "../channels/live-channel.ts"
import { LiveTap } from "../channels/live-tap.ts"
import type { NearbyServer } from "./http-nearby.ts"
import { keepPlace } from "./keep-place.ts"
import { LiveRoom } from "./live-room.ts"
import type { RoomBook, RoomBooks, SavedRoom } from "./room-book.ts"
import type { CreateOptions, JoinOptions, NearbyRoom, RoomsService, ShownTo } from "./rooms-service.ts"
import { recorded, WireRecord } from "./wire-record.ts"

export interface HubRoomsOptions {
  /** The page's address, from which invitations are taken. */
  readonly page: AddressBar & Pick<EventTarget, "addEventListener">
  /** @param via - A neighbour; absent: this page's server. */
  readonly transport: (via?: string) => SignalTransport
  /** The sealed pictures of one room. */
  readonly items: (roomId: string, pass: () => string, via?: string) => ItemTransport
  readonly nearby: NearbyServer
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
  /** As this page came in, to come in again. */
  readonly visit: Pick<JoinOptions, "name" | "role" | "key" | "via">
}

/** Beacons are handed over for a day. */
const announcedSlots = 96

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
    const { kind, title, door, password } = options
    const wire = new WireRecord()
    const visit = await this.#visit(options, wire)
    const { room, owner } = await whileEntering(options, (signal) => createRoom({ ...visit, door, signal }))
    return await this.#entered({ room, wire, title, owner, password, kind, visit: options })
  }

  async join(options: JoinOptions): Promise<LiveRoom> {
    const { kind, entry, role, onAsked } = options
    const wire = new WireRecord()
    const visit = await this.#visit(options, wire)
    const room = await whileEntering(options, (signal) => joinRoom({ ...visit, entry, role, onAsked, signal }))
    const book = await this.#options.books.read()
    const title = book.rooms.find(({ roomId }) => roomId === room.id)?.title ?? ""
    return await this.#entered({ room, wire, title, kind, visit: options })
  }

  async enter(saved: SavedRoom, options: Omit<JoinOptions, "kind" | "entry">): Promise<LiveRoom> {
    const { kind, owner, title, password } = saved
    if (owner === undefined) return await this.join({ ...options, kind, entry: { invite: inviteOf(saved) } })
    const wire = new WireRecord()
    const visit = await this.#visit(options, wire)
    const room = await whileEntering(options, (signal) => returnToRoom({ ...visit, owner, signal }))
    return await this.#entered({ room, wire, title, owner, password, kind, visit: options })
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

  async nearby(): Promise<readonly NearbyRoom[] | undefined> {
    const found = await this.#options.nearby.list()
    if (found === undefined) return undefined
    const { rooms } = await this.#options.books.read()
    return found.flatMap(({ id: via, announcement }) => {
      const saved = rooms.find((room) => isOfRoom(announcement, inviteOf(room), this.#options.now()))
      const { shown } = announcement
      return saved || shown ? [{ via, ...(saved && { saved }), ...(shown && { shown }) }] : []
    })
  }

  async announce(live: LiveRoom, to: ShownTo): Promise<void> {
    const { room } = live
    const slots = to === "nobody" ? 0 : announcedSlots
    const at = (slot: number): number => this.#options.now() + slot * beaconSlotMs
    const beacons = Array.from({ length: slots }, (_, slot) => roomBeacon(room.invite, at(slot)))
    const name = live.title === "" ? live.kind : live.title
    await this.#options.nearby.announce(room, { beacons, ...(to === "everybody" && { name: name.slice(0, 60) }) })
    live.shownTo = to
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
    const interception = await whileEntering(options, (signal) =>
      intercept({
        transport: transport(),
        tap,
        items: (pass) => items(tap.roomId, () => pass),
        signal,
      }),
    )
    const live = new LiveTap(tap.roomId, interception)
    this.#taps.set(tap.roomId, live)
    return live
  }

  tap(roomId: string): LiveTap | undefined {
    return this.#taps.get(roomId)
  }

  async #visit(
    { name, via }: { readonly name: string; readonly via?: string | undefined },
    wire: WireRecord,
  ): Promise<VisitOptions> {
    const { books, transport } = this.#options
    const { personSeed, known } = await books.read()
    // A book that was made just now stays the same from now on.
    await this.#rewrite((book) => ({ ...book, personSeed }))
    const person = signerFromSeed(fromBase64Url(personSeed, 32))
    return { transport: recorded(transport(via), wire), name, person, known }
  }

  async #entered({ room, wire, title, owner, password, kind, visit }: Entered): Promise<LiveRoom> {
    const { key, via } = visit
    await this.#live.get(room.id)?.room.leave()
    if (password !== undefined) await room.setPassword(password)
    const hasPassword = password !== undefined
    const live = new LiveRoom({ room, kind, wire, title, isOwner: owner !== undefined, hasPassword, via })
    this.#live.set(room.id, live)
    const usedAt = this.#options.now()
    const saved = { roomId: room.id, kind, title, secret: toBase64Url(room.invite.secret), owner, password, usedAt }
    await this.#rewrite((book) => ({
      ...book,
      rooms: [...book.rooms.filter(({ roomId }) => roomId !== room.id), saved],
    }))
    this.#keepInvite(live)
    keepPlace(live, async (options) => {
      const secret = toBase64Url(room.invite.secret)
      const back = await this.enter({ ...saved, title: live.title, secret }, { ...visit, ...options })
      back.shownTo = live.shownTo
      void this.#takeSecret(back, secret)
      return back
    })
    if (kind === "channel") {
      const identity = key === "rsa" ? await newRsaIdentity() : generateKeyPair()
      const items = this.#options.items(room.id, () => room.pass, via)
      try {
        this.#channels.set(room.id, new LiveChannel(live, await openChannel(room, { items, identity })))
      } catch (error) {
        await room.leave()
        throw error
      }
    }
    return live
  }

  /** Keeps the room's newest secret, and announces by it, as long as this page is there. */
  #keepInvite(live: LiveRoom): void {
    const { room } = live
    let known = toBase64Url(room.invite.secret)
    live.onChange(() => {
      const secret = toBase64Url(room.invite.secret)
      if (secret === known) return
      known = secret
      void this.#takeSecret(live, secret)
    }, new AbortController().signal)
  }

  async #takeSecret(live: LiveRoom, secret: string): Promise<void> {
    try {
      await this.#rewrite((book) => ({
        ...book,
        rooms: book.rooms.map((saved) => (saved.roomId === live.room.id ? { ...saved, secret } : saved)),
      }))
      if (live.shownTo !== "nobody") await this.announce(live, live.shownTo)
    } catch {
      // The account was locked, or the server is away: whoever comes back by the old secret is told that it was replaced.
    }
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

/** Lets somebody stop what brings them in; once they are in, their signal has no say any more. */
async function whileEntering<Value>(
  options: { readonly signal?: AbortSignal | undefined },
  enter: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const entering = new AbortController()
  const stop = (): void => entering.abort(options.signal?.reason)
  options.signal?.throwIfAborted()
  options.signal?.addEventListener("abort", stop)
  try {
    return await enter(entering.signal)
  } finally {
    options.signal?.removeEventListener("abort", stop)
  }
}

function inviteOf({ roomId, secret }: SavedRoom): Invite {
  return { roomId, secret: fromBase64Url(secret, 32) }
}

/** Keys of SSH bring code of their own, which few rooms want. */
async function newRsaIdentity(): Promise<ChannelIdentity> {
  const { generateRsaIdentity } = await import("../channels/rsa-identity.ts")
  return await generateRsaIdentity()
}
