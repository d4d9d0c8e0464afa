import { randomBytes, toBase64Url } from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import type { RoomMember } from "../room/events.ts"
import type { CallRoom } from "./call-room.ts"
import { callKind, type CallSignal, type LinkStep, type Source, type SourceStates } from "./call-signal.ts"
import type { VideoCodec } from "./codec-choice.ts"
import type { LinkState } from "./ice-restarts.ts"
import type { Sending } from "./link-sender.ts"
import type { MediaWorker } from "./media-worker-host.ts"
import { PeerLink, type Received } from "./peer-link.ts"

/** Somebody in the call, with the connection to them. */
export interface MeshPerson {
  /** As they were when they came. */
  readonly member: RoomMember
  /** Of this stay in the call. */
  readonly visit: string
  readonly link: PeerLink
  state: LinkState
  states: SourceStates
  /** How often they asked for something anew. */
  again: number
}

export interface MeshListener {
  onJoined(person: MeshPerson): void
  onLeft(person: MeshPerson): void
  onState(person: MeshPerson): void
  onReceived(person: MeshPerson, received: Received): void
  onEnded(person: MeshPerson, received: Received): void
  /** Which sources they send, and which of them are muted. */
  onStates(person: MeshPerson, before: SourceStates): void
  onWord(person: MeshPerson, word: string): void
  onRefused(person: MeshPerson, error: RoomsError): void
  /** Nothing can be said any more. */
  onFailed(error: unknown): void
}

export interface MeshOptions {
  readonly room: CallRoom
  readonly worker: MediaWorker
  readonly configuration: RTCConfiguration
  readonly codecs: readonly VideoCodec[]
  readonly sending: () => ReadonlyMap<Source, Sending>
  readonly states: () => SourceStates
  readonly listener: MeshListener
}

const maxAgain = 8

/** Everybody sends to everybody: one connection for each pair, made by messages that the hub cannot read. */
export class Mesh {
  readonly #options: MeshOptions
  readonly #visit = toBase64Url(randomBytes(12))
  /** By their leaf. */
  readonly #people = new Map<string, MeshPerson>()
  #isClosed = false

  constructor(options: MeshOptions) {
    this.#options = options
  }

  get people(): readonly MeshPerson[] {
    return [...this.#people.values()]
  }

  /** Says that we are here: who is in the call offers us a link. */
  async enter(): Promise<void> {
    await this.#say({ t: "here", from: this.#visit, states: this.#options.states() })
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
    await this.#say({ t: "states", from: this.#visit, states: this.#options.states() })
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
      }
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
        onRefused: (error) => listener.onRefused(person, error),
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
      this.#options.listener.onRefused(person, error)
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
        await this.#say(signal, member)
      }
      isSending = false
    }
    return (step) => {
      waiting.push(step)
      if (!isSending) void flush()
    }
  }

  async #say(signal: CallSignal, to?: RoomMember): Promise<void> {
    try {
      if (!this.#isClosed) await this.#options.room.send(callKind, signal, to && { to: [to] })
    } catch (error) {
      this.#options.listener.onFailed(error)
    }
  }
}
