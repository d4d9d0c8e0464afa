import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import type { RoomMember } from "../room/events.ts"
import type { CallPath, PathOptions, PathPerson } from "./call-path.ts"
import { callKind, type CallSignal, type LinkStep, type Source, type SourceStates } from "./call-signal.ts"
import type { LinkState } from "./ice-restarts.ts"
import type { Sending } from "./link-sender.ts"
import { PeerLink } from "./peer-link.ts"
import type { Fault } from "./watchdog.ts"

/** Somebody in the call, with the connection to them. */
export interface MeshPerson extends PathPerson {
  /** Of this stay in the call. */
  readonly visit: string
  readonly link: PeerLink
  state: LinkState
  states: SourceStates
  /** How often they asked for something anew. */
  again: number
}

const maxAgain = 8

/** Everybody sends to everybody: one connection for each pair, made by messages that the hub cannot read. */
export class Mesh implements CallPath {
  readonly way = "mesh"
  readonly ownLink = undefined
  readonly #options: PathOptions
  readonly #visit = toBase64Url(randomBytes(12))
  /** By their leaf. */
  readonly #people = new Map<string, MeshPerson>()
  #isClosed = false

  constructor(options: PathOptions) {
    this.#options = options
  }

  get people(): readonly MeshPerson[] {
    return [...this.#people.values()]
  }

  /** Says that we are here: who is in the call offers us a link. */
  async enter(): Promise<void> {
    await this.#tell({ t: "here", from: this.#visit, states: this.#options.states() })
  }

  /** Sends a source to everybody. What cannot be sent to somebody is told as refused. */
  async send(source: Source, sending: Sending): Promise<void> {
    await Promise.all(this.people.map((person) => this.#sendTo(person, source, sending)))
  }

  async withdraw(source: Source): Promise<void> {
    await Promise.all(this.people.map(({ link }) => link.withdraw(source)))
  }

  /** Tells all which sources there are, and which are muted. */
  async tellStates(): Promise<void> {
    await this.#tell({ t: "states", from: this.#visit, states: this.#options.states() })
  }

  hear(from: RoomMember, signal: CallSignal): void {
    if (this.#isClosed) return
    const known = this.#people.get(from.leaf)
    const person = known?.visit === signal.from ? known : undefined
    switch (signal.t) {
      case "here":
        if (!person) this.#meet(from, signal.from, signal.states)
        return
      case "gone":
        if (person) this.leave(from.leaf)
        return
      case "states":
        if (person) this.#take(person, signal.states)
        return
      case "link": {
        if (signal.to !== this.#visit) return
        const met = person ?? this.#meet(from, signal.from, signal.states)
        this.#take(met, signal.states)
        met.link.take(signal.steps)
        return
      }
      case "feed":
        throw new RoomsError("ROOMS_MEDIA_UNSUPPORTED", "Cannot connect: they call through a forwarding unit")
    }
  }

  /** Somebody is no more in the call, or in the room. */
  leave(leaf: string): void {
    const person = this.#people.get(leaf)
    if (!person) return
    this.#people.delete(leaf)
    person.link.close()
    this.#options.listener.onLeft(person)
  }

  say(word: string): void {
    for (const { link } of this.people) link.say(word)
  }

  restart(): void {
    for (const { link } of this.people) link.restart()
  }

  async cutOff({ link, source, way }: Fault): Promise<boolean> {
    const person = this.people.find((one) => one.link === link)
    if (!person) return false
    if (way === "out") {
      await person.link.cutOff(source)
      return true
    }
    const received = person.link.received.find((one) => one.source === source)
    if (received) person.link.repair(received)
    return received !== undefined
  }

  async renew({ link, source, way }: Fault, sending: Sending | undefined): Promise<void> {
    const person = this.people.find((one) => one.link === link)
    // With another transceiver. What is theirs, they were asked for.
    if (way === "out" && person && sending) await person.link.send(source, sending)
  }

  /** Closes all links; says goodbye if there is anybody to say it to. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const { member } of this.people) this.leave(member.leaf)
    await this.#options.room.send(callKind, { t: "gone", from: this.#visit } satisfies CallSignal)
  }

  #meet(member: RoomMember, visit: string, states: SourceStates): MeshPerson {
    this.leave(member.leaf)
    const { worker, configuration, codecs, listener, room } = this.#options
    const tell = this.#outbox(member, visit)
    const link = new PeerLink({
      worker,
      configuration,
      codecs,
      leafIndex: member.leafIndex,
      hasFirstTurn: room.self.leaf < member.leaf,
      listener: {
        onStep: tell,
        onState(state) {
          person.state = state
          listener.onState(person)
        },
        onReceived: (received) => listener.onReceived(person, received),
        onEnded: (received) => listener.onEnded(person, received),
        onAgain: (source) => void this.#again(person, source),
        onWord: (word) => listener.onWord(person, word),
        onRefused: (error) => listener.onRefused(person.member, error),
      },
    })
    const person: MeshPerson = { member, visit, link, state: "connecting", states, again: 0 }
    this.#people.set(member.leaf, person)
    listener.onJoined(person)
    for (const [source, sending] of this.#options.sending()) void this.#sendTo(person, source, sending)
    return person
  }

  async #sendTo(person: MeshPerson, source: Source, sending: Sending): Promise<void> {
    try {
      await person.link.send(source, sending)
    } catch (cause) {
      // A link that was closed meanwhile sends nothing, and need not.
      if (this.#people.get(person.member.leaf) !== person) return
      const error = new RoomsError("ROOMS_MEDIA_UNSUPPORTED", `Cannot send ${source}: the browser refuses it`, {
        cause,
      })
      this.#options.listener.onRefused(person.member, error)
    }
  }

  /** Each time takes a section of the description: whoever asks too often goes without. */
  async #again(person: MeshPerson, source: Source): Promise<void> {
    const sending = this.#options.sending().get(source)
    if (!sending || ++person.again > maxAgain) return
    await person.link.cutOff(source)
    await this.#sendTo(person, source, sending)
  }

  #take(person: MeshPerson, states: SourceStates): void {
    const before = person.states
    person.states = states
    this.#options.listener.onStates(person, before)
  }

  /** Steps for one person. What comes up while a message is on its way goes with the next. */
  #outbox(member: RoomMember, visit: string): (step: LinkStep) => void {
    const waiting: LinkStep[] = []
    let isSending = false
    const flush = async (): Promise<void> => {
      isSending = true
      // What one task finds out goes together.
      await Promise.resolve()
      while (waiting.length > 0 && this.#people.get(member.leaf)?.visit === visit) {
        const steps = waiting.splice(0, 128)
        const signal = { t: "link", from: this.#visit, to: visit, states: this.#options.states(), steps } as const
        await this.#tell(signal, member)
      }
      isSending = false
    }
    return (step) => {
      waiting.push(step)
      if (!isSending) void flush()
    }
  }

  async #tell(signal: CallSignal, to?: RoomMember): Promise<void> {
    try {
      if (!this.#isClosed) await this.#options.room.send(callKind, signal, to && { to: [to] })
    } catch (error) {
      this.#options.listener.onFailed(error)
    }
  }
}
