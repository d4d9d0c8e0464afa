import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import type { CallPath, CallVia, MediaLink, PathOptions, PathPerson } from "../media/call-path.ts"
import { callKind, type CallSignal, type Source, type SourceStates } from "../media/call-signal.ts"
import type { LinkState } from "../media/ice-restarts.ts"
import type { Sending } from "../media/link-sender.ts"
import type { Fault } from "../media/watchdog.ts"
import type { RoomMember } from "../room/events.ts"
import type { ForwardingUnit, UnitSession } from "./forwarding-unit.ts"
import { OwnFeed } from "./own-feed.ts"
import { WatchedFeed, type FeedPlace } from "./watched-feed.ts"

interface ForwardedPerson extends PathPerson {
  readonly visit: string
  readonly link: WatchedFeed
  state: LinkState
  states: SourceStates
}

/** Sends what we send to a forwarding unit, once, and watches there what the others send. */
export class ForwardedCall implements CallPath {
  readonly way = "unit"
  readonly #unit: ForwardingUnit
  readonly #options: PathOptions
  readonly #visit = toBase64Url(randomBytes(12))
  /** By their leaf. */
  readonly #people = new Map<string, ForwardedPerson>()
  readonly #life = new AbortController()
  #session: UnitSession | undefined
  #own: OwnFeed | undefined
  #place: FeedPlace | undefined

  constructor(unit: ForwardingUnit, options: PathOptions) {
    this.#unit = unit
    this.#options = options
  }

  get people(): readonly PathPerson[] {
    return [...this.#people.values()]
  }

  get ownLink(): MediaLink | undefined {
    return this.#own
  }

  async enter(): Promise<void> {
    const { room, worker, configuration, codecs, sending, listener } = this.#options
    const session = await this.#unit.connect({ signal: this.#life.signal })
    this.#session = session
    this.#own = new OwnFeed({
      session,
      worker,
      configuration,
      codecs,
      sending,
      leafIndex: room.self.leafIndex,
      onFeed: (feed, mids) => {
        this.#place = { feed, mids }
        void this.#tellFeed()
      },
      onState(state) {
        if (state === "failed") listener.onFailed(new RoomsError("ROOMS_UNREACHABLE", "Cannot reach forwarding unit"))
      },
      // Until it has failed for good, it is tried again.
      onFailed: () => undefined,
    })
    await this.#own.start()
  }

  async send(source: Source, sending: Sending): Promise<void> {
    await this.#own?.send(source, sending)
  }

  async withdraw(source: Source): Promise<void> {
    await this.#own?.withdraw(source)
  }

  async tellStates(): Promise<void> {
    if (this.#place) await this.#tell({ t: "states", from: this.#visit, states: this.#options.states() })
  }

  hear(from: RoomMember, signal: CallSignal): void {
    if (this.#life.signal.aborted) return
    const known = this.#people.get(from.leaf)
    const person = known?.visit === signal.from ? known : undefined
    switch (signal.t) {
      case "feed":
        if (!person) return this.#meet(from, signal)
        person.link.move(signal)
        return this.#take(person, signal.states)
      case "gone":
        if (person) this.leave(from.leaf)
        return
      case "states":
        if (person) this.#take(person, signal.states)
        return
      case "here":
        // They came in another way, and learn it from ours.
        void this.#tellFeed(from)
        throw new RoomsError("ROOMS_MEDIA_UNSUPPORTED", "Cannot connect: they call without the forwarding unit")
      default:
        throw new RoomsError("ROOMS_MEDIA_UNSUPPORTED", "Cannot connect: they call without the forwarding unit")
    }
  }

  leave(leaf: string): void {
    const person = this.#people.get(leaf)
    if (!person) return
    this.#people.delete(leaf)
    person.link.stop()
    this.#options.listener.onLeft(person)
  }

  /** There is no way past the hub: what goes by the unit could as well be kept back. */
  say(): void {}

  restart(): void {
    this.#own?.restart()
    for (const { link } of this.#people.values()) link.restart()
  }

  async cutOff({ link }: Fault): Promise<boolean> {
    return this.#linkOf(link)?.cutOff() ?? false
  }

  async renew({ link }: Fault): Promise<void> {
    this.#linkOf(link)?.restart()
  }

  async close(): Promise<void> {
    if (this.#life.signal.aborted) return
    this.#life.abort(new RoomsError("ROOMS_CLOSED", "Cannot go on: the call is over"))
    for (const { member } of this.people) this.leave(member.leaf)
    this.#own?.stop()
    await Promise.all([
      this.#session?.leave(),
      this.#options.room.send(callKind, { t: "gone", from: this.#visit } satisfies CallSignal),
    ])
  }

  #meet(member: RoomMember, { from, states, feed, mids }: Extract<CallSignal, { t: "feed" }>): void {
    if (!this.#session) return
    this.leave(member.leaf)
    const { worker, configuration, listener } = this.#options
    const link = new WatchedFeed({ feed, mids }, states, {
      session: this.#session,
      worker,
      configuration,
      leafIndex: member.leafIndex,
      onReceived: (received) => listener.onReceived(person, received),
      onEnded: (received) => listener.onEnded(person, received),
      onState(state) {
        person.state = state
        listener.onState(person)
      },
      onFailed(cause) {
        const error = new RoomsError("ROOMS_UNREACHABLE", "Cannot watch: the forwarding unit refuses it", { cause })
        listener.onRefused(person.member, cause instanceof RoomsError ? cause : error)
      },
    })
    const person: ForwardedPerson = { member, visit: from, link, state: "connecting", states }
    this.#people.set(member.leaf, person)
    listener.onJoined(person)
    link.start()
    void this.#tellFeed(member)
  }

  #take(person: ForwardedPerson, states: SourceStates): void {
    const before = person.states
    person.states = states
    person.link.show(states)
    this.#options.listener.onStates(person, before)
  }

  #linkOf(link: MediaLink): OwnFeed | WatchedFeed | undefined {
    return link === this.#own ? this.#own : [...this.#people.values()].find((one) => one.link === link)?.link
  }

  async #tellFeed(to?: RoomMember): Promise<void> {
    if (this.#place)
      await this.#tell({ t: "feed", from: this.#visit, states: this.#options.states(), ...this.#place }, to)
  }

  async #tell(signal: CallSignal, to?: RoomMember): Promise<void> {
    try {
      if (!this.#life.signal.aborted) await this.#options.room.send(callKind, signal, to && { to: [to] })
    } catch (error) {
      this.#options.listener.onFailed(error)
    }
  }
}

/** A call by any unit: `joinCall(room, { via: throughUnit(unit) })`. */
export function throughUnit(unit: ForwardingUnit): CallVia {
  return (options) => new ForwardedCall(unit, options)
}
