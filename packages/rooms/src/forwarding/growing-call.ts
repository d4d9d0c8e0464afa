import { sleep } from "../clock.ts"
import { RoomsError } from "../errors.ts"
import type {
  CallPath,
  CallVia,
  CallWay,
  MediaLink,
  PathListener,
  PathOptions,
  PathPerson,
} from "../media/call-path.ts"
import type { CallSignal, Source } from "../media/call-signal.ts"
import type { Sending } from "../media/link-sender.ts"
import { Mesh } from "../media/mesh.ts"
import type { Fault } from "../media/watchdog.ts"
import type { RoomMember } from "../room/events.ts"

/** Before each further try to follow others to the unit, in milliseconds. The last one is for all that come after. */
const retryMs = [1000, 2000, 4000, 8000, 16_000] as const
/** For how long somebody who was in the mesh may be on their way to the unit, in milliseconds. */
const movingMs = 15_000

/**
 * A mesh, and a unit for all as soon as one of them needs it: whoever hears that another sends through it follows. There is no
 * way back, so they cannot disagree for long. People stay in the call while they move; their streams end and begin anew.
 */
class GrowingCall implements CallPath {
  readonly #options: PathOptions
  readonly #most: number
  readonly #through: CallVia
  readonly #mesh: Mesh
  readonly #life = new AbortController()
  /** By their leaf, who is no more in the mesh and not at the unit yet. */
  readonly #awaited = new Map<string, PathPerson>()
  #unit: CallPath | undefined
  #isMoving = false
  #hasMoved = false

  constructor(options: PathOptions, most: number, through: CallVia) {
    this.#options = options
    this.#most = most
    this.#through = through
    this.#mesh = new Mesh({ ...options, listener: this.#meshListener })
  }

  get way(): CallWay {
    return this.#hasMoved ? "unit" : "mesh"
  }

  get people(): readonly PathPerson[] {
    const here = this.#hasMoved ? this.#unit?.people : this.#mesh.people
    return [...(here ?? []), ...this.#awaited.values()]
  }

  get ownLink(): MediaLink | undefined {
    return this.#unit?.ownLink
  }

  async enter(): Promise<void> {
    await this.#mesh.enter()
  }

  async send(source: Source, sending: Sending): Promise<void> {
    await this.#onAll(async (path) => await path.send(source, sending))
  }

  async withdraw(source: Source): Promise<void> {
    await this.#onAll(async (path) => await path.withdraw(source))
  }

  async tellStates(): Promise<void> {
    await this.#onAll(async (path) => await path.tellStates())
  }

  hear(from: RoomMember, signal: CallSignal): void {
    if (signal.t === "feed") {
      this.#unit?.hear(from, signal)
      if (!this.#isMoving && !this.#hasMoved) void this.#follow(from)
      return
    }
    // While both are there, a visit that one of them does not know is the other's.
    if (!this.#hasMoved) this.#mesh.hear(from, signal)
    if (signal.t === "gone" || signal.t === "states") this.#unit?.hear(from, signal)
    if (signal.t === "here" && this.#hasMoved) this.#showTheWay(from, signal)
  }

  leave(leaf: string): void {
    this.#mesh.leave(leaf)
    this.#unit?.leave(leaf)
    this.#giveUp(leaf)
  }

  say(word: string): void {
    this.#mesh.say(word)
  }

  restart(): void {
    for (const path of this.#paths) path.restart()
  }

  async cutOff(fault: Fault): Promise<boolean> {
    const cut = await Promise.all(this.#paths.map((path) => path.cutOff(fault)))
    return cut.includes(true)
  }

  async renew(fault: Fault, sending: Sending | undefined): Promise<void> {
    await this.#onAll(async (path) => await path.renew(fault, sending))
  }

  async close(): Promise<void> {
    this.#life.abort(new RoomsError("ROOMS_CLOSED", "Cannot go on: the call is over"))
    await this.#onAll(async (path) => await path.close())
    for (const leaf of [...this.#awaited.keys()]) this.#giveUp(leaf)
  }

  /** Who comes by the mesh learns from our answer where we are, and follows. */
  #showTheWay(from: RoomMember, signal: CallSignal): void {
    try {
      this.#unit?.hear(from, signal)
    } catch (error) {
      // That we cannot follow them there is no news.
      if (!(error instanceof RoomsError)) throw error
    }
  }

  /** Both, while one takes the place of the other. */
  get #paths(): readonly CallPath[] {
    const mesh = this.#hasMoved ? [] : [this.#mesh]
    return this.#unit ? [...mesh, this.#unit] : mesh
  }

  async #onAll(act: (path: CallPath) => Promise<void>): Promise<void> {
    await Promise.all(this.#paths.map(act))
  }

  /** Goes where somebody is already, and tries until it is there. */
  async #follow(member: RoomMember): Promise<void> {
    this.#isMoving = true
    for (let tries = 0; !this.#life.signal.aborted; tries++) {
      const error = await this.#move()
      if (!error || this.#life.signal.aborted) break
      this.#options.listener.onRefused(member, error)
      try {
        await sleep(retryMs[Math.min(tries, retryMs.length - 1)] ?? 0, this.#life.signal)
      } catch {
        // The call is over: nobody is followed.
      }
    }
    this.#isMoving = false
  }

  /** @returns why not, if not. */
  async #move(): Promise<RoomsError | undefined> {
    if (this.#unit || this.#life.signal.aborted) return undefined
    const unit = this.#through({ ...this.#options, listener: this.#unitListener })
    this.#unit = unit
    try {
      // Others hear that we are there before they hear that we left the mesh.
      await unit.enter()
    } catch (error) {
      this.#unit = undefined
      await unit.close()
      for (const leaf of [...this.#awaited.keys()]) this.#giveUp(leaf)
      // Those who are in the mesh can still be talked to; the next to come is another try.
      return error instanceof RoomsError ? error : unreachable(error)
    }
    if (!this.#life.signal.aborted) this.#settle(unit)
    return undefined
  }

  /** Takes what is at the unit for what is there, and the mesh for over. */
  #settle(unit: CallPath): void {
    const { listener } = this.#options
    for (const person of this.#mesh.people) void this.#await(person)
    this.#hasMoved = true
    listener.onWay()
    void this.#mesh.close().catch((error: unknown) => listener.onFailed(error))
    for (const person of unit.people) if (!this.#awaited.delete(person.member.leaf)) listener.onJoined(person)
    for (const person of this.people) {
      listener.onState(person)
      for (const received of person.link.received) listener.onReceived(person, received)
    }
  }

  async #await({ member, link, states }: PathPerson): Promise<void> {
    const { leaf } = member
    const person: PathPerson = { member, link, states, state: "connecting" }
    this.#awaited.set(leaf, person)
    try {
      await sleep(movingMs, this.#life.signal)
      if (this.#awaited.get(leaf) === person) this.#giveUp(leaf)
    } catch {
      // The call is over: nobody is waited for.
    }
  }

  #giveUp(leaf: string): void {
    const person = this.#awaited.get(leaf)
    if (person && this.#awaited.delete(leaf)) this.#options.listener.onLeft(person)
  }

  get #meshListener(): PathListener {
    const { listener } = this.#options
    const isHere = (): boolean => !this.#hasMoved
    return {
      ...listener,
      onJoined: (person) => {
        if (!this.#awaited.delete(person.member.leaf)) listener.onJoined(person)
        if (this.#mesh.people.length + 1 > this.#most) void this.#move()
      },
      onLeft: (person) => {
        if (!isHere()) return
        // While we are on our way there, they are ahead of us.
        if (this.#unit) void this.#await(person)
        else listener.onLeft(person)
      },
      onState: (person) => {
        if (isHere()) listener.onState(person)
      },
    }
  }

  /** What comes before the mesh is over is told when it is: see `#settle`. */
  get #unitListener(): PathListener {
    const { listener } = this.#options
    const isHere = (): boolean => this.#hasMoved
    return {
      ...listener,
      onJoined: (person) => {
        if (isHere() && !this.#awaited.delete(person.member.leaf)) listener.onJoined(person)
      },
      onLeft: (person) => {
        if (isHere()) listener.onLeft(person)
      },
      onState: (person) => {
        if (isHere()) listener.onState(person)
      },
      onStates: (person, states) => {
        if (isHere()) listener.onStates(person, states)
      },
      onReceived: (person, received) => {
        if (isHere()) listener.onReceived(person, received)
      },
      onEnded: (person, received) => {
        if (isHere()) listener.onEnded(person, received)
      },
    }
  }
}

/**
 * A mesh of so many people at most, ourselves included; once there are more, or as soon as anybody sends through the unit, all go
 * through it, until the call is over: `joinCall(room, { via: forMoreThan(4, forwardingUnit({ url, pass })) })`. A unit that cannot
 * be reached leaves the mesh as it is.
 * @throws RangeError for less than one.
 */
export function forMoreThan(people: number, through: CallVia): CallVia {
  if (!(people >= 1)) throw new RangeError("people must be 1 or more")
  return (options) => new GrowingCall(options, people, through)
}

function unreachable(cause: unknown): RoomsError {
  return new RoomsError("ROOMS_UNREACHABLE", "Cannot reach forwarding unit", { cause })
}
