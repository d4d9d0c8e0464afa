import { equalConstantTime, randomBytes, toBase64Url } from "@darkslide/crypto"
import { doorKeys, type DoorKeys } from "../cpace/confirm.ts"
import { startCpace, type CpaceSide } from "../cpace/cpace.ts"
import type { HubSession } from "../client/hub-session.ts"
import { RoomsError } from "../errors.ts"
import { fingerprintOf } from "../group/room-code.ts"
import { readLeaf } from "../membership/credential.ts"
import type { Role } from "../membership/roles.ts"
import type { HubMessageOf } from "../wire/hub-message.ts"
import { admit, type Authority } from "./authority.ts"
import { formatCode, generateCodeDigits } from "./codes.ts"
import { DoorPassword } from "./door-password.ts"
import {
  decodeDoorMessage,
  encodeDoorMessage,
  openDoor,
  sealDoor,
  type DoorChannel,
  type DoorMessage,
} from "./door-message.ts"
import { doorSetting } from "./door-setting.ts"
import type { Knock } from "./events.ts"
import type { RoomState } from "./room-state.ts"

/** A conversation with somebody at the door. */
interface Visit {
  readonly number: number
  readonly key: string
  readonly way: Knock["way"]
  readonly password?: DoorPassword | undefined
  /** Between our share and their proof. */
  run?: { readonly side: CpaceSide; readonly sessionId: Uint8Array } | undefined
  keys?: DoorKeys | undefined
  channel?: DoorChannel | undefined
  asks?: { readonly person: string; readonly leaf: string; readonly name: string; readonly wish: Role } | undefined
}

/** So many are served at once; the others are told to try again. */
const maxVisits = 8

export interface AdmissionDeskOptions {
  readonly state: RoomState
  readonly session: HubSession
  /** What this member may do at present. */
  readonly powers: { authority: Authority | undefined }
  /** Somebody tried and failed: the others are to know. */
  readonly onFailure: (password: DoorPassword) => void
}

/** Answers the door: for members who may admit. */
export class AdmissionDesk {
  readonly #state: RoomState
  readonly #session: HubSession
  readonly #onFailure: (password: DoorPassword) => void
  readonly #visits = new Map<number, Visit>()
  readonly #codes = new Map<string, DoorPassword>()
  #password: DoorPassword | undefined
  readonly #powers: AdmissionDeskOptions["powers"]

  constructor(options: AdmissionDeskOptions) {
    this.#state = options.state
    this.#session = options.session
    this.#powers = options.powers
    this.#onFailure = options.onFailure
  }

  /** A code that lets one person in, once. It dies with this visit of ours. */
  async issueCode(): Promise<string> {
    const { alias } = await this.#session.ask({ t: "alias" })
    if (alias === undefined) throw new RoomsError("ROOMS_MALFORMED", "Cannot issue code: the hub gave no alias")
    const digits = generateCodeDigits()
    this.#codes.set(alias, new DoorPassword(digits, "code"))
    return formatCode(alias, digits)
  }

  /** A password for everybody who knows the room's id; `undefined` ends it. */
  setPassword(password: string | undefined): void {
    this.#password = password === undefined ? undefined : new DoorPassword(password, "password")
  }

  hear(attempt: { readonly way: "code" | "password"; readonly failures: number }): void {
    if (attempt.way === "password") this.#password?.hear(attempt.failures, Date.now())
  }

  async handle(message: HubMessageOf<"knocked"> | HubMessageOf<"told"> | HubMessageOf<"gone">): Promise<void> {
    if (message.t === "knocked") this.#open(message)
    else if (message.t === "told") await this.#listen(message)
    else this.#leave(message.from)
  }

  #open({ from, key, alias, link, body }: HubMessageOf<"knocked">): void {
    const why = this.#powers.authority === undefined || this.#visits.size >= maxVisits ? "busy" : undefined
    if (why) return this.#tell(from, { k: "refused", why })
    const { lobbyKey, roomId } = this.#state
    if (link && alias === undefined) {
      this.#visits.set(from, { number: from, key, way: "link", channel: { key: lobbyKey, roomId, knocker: key } })
      return
    }
    const password = alias === undefined ? this.#password : this.#codes.get(alias)
    const hello = decodeDoorMessage(body)
    if (!password || hello.k !== "hello") return this.#tell(from, { k: "refused", why: "wrong" })
    if (password.isBurned) return this.#tell(from, { k: "refused", why: "burned" })
    if (password.isSlowed(Date.now())) return this.#tell(from, { k: "refused", why: "slow" })
    // One run of a code at a time, and every one counts from its beginning.
    if ([...this.#visits.values()].some((visit) => visit.password === password && visit.run))
      return this.#tell(from, { k: "refused", why: "busy" })
    password.begin(Date.now())
    const nonce = randomBytes(16)
    const setting = doorSetting(password.password, {
      roomId,
      what: alias ?? "password",
      knocker: key,
      numbers: { knocker: from, admitter: this.#session.joined.me },
      nonces: { knocker: hello.nonce, admitter: nonce },
    })
    const side = startCpace(setting)
    this.#visits.set(from, {
      number: from,
      key,
      way: password.way,
      password,
      run: { side, sessionId: setting.sessionId },
    })
    this.#tell(from, { k: "share", nonce: toBase64Url(nonce), share: toBase64Url(side.share) })
  }

  #leave(number: number): void {
    const visit = this.#visits.get(number)
    if (!visit) return
    this.#visits.delete(number)
    // Who breaks off after our share has had a guess all the same.
    if (visit.run && visit.password) this.#onFailure(visit.password)
    if (visit.asks) this.#state.events.emit({ type: "knock_gone", id: number })
  }

  async #listen({ from, body }: HubMessageOf<"told">): Promise<void> {
    const visit = this.#visits.get(from)
    if (!visit) return
    const message = decodeDoorMessage(body)
    if (message.k === "proof") this.#checkProof(visit, message)
    else if (message.k === "box") await this.#hearRequest(visit, message.box)
  }

  #checkProof(visit: Visit, { share, tag }: Extract<DoorMessage, { k: "proof" }>): void {
    const { run, password } = visit
    if (!run || !password) return
    visit.run = undefined
    const data = new Uint8Array()
    const keys = finish(run.side, share, data)
    if (!keys || !equalConstantTime(keys.knockerTag, tag)) {
      this.#visits.delete(visit.number)
      this.#onFailure(password)
      return this.#tell(visit.number, { k: "refused", why: password.isBurned ? "burned" : "wrong" })
    }
    password.succeed()
    visit.keys = keys
    visit.channel = { key: keys.sealingKey, roomId: this.#state.roomId, knocker: visit.key }
    this.#tell(visit.number, { k: "proven", tag: toBase64Url(keys.admitterTag) })
  }

  async #hearRequest(visit: Visit, box: Uint8Array): Promise<void> {
    const { channel } = visit
    if (!channel || visit.asks) return
    const request = openDoor(channel, "knocker", box)
    if (request.k !== "request") return
    const { person, leaf, name } = readLeaf(request.leaf, this.#state.roomId)
    // Nobody wishes for more than a member has: a wish need not be asked about.
    const wish = request.wish ?? "member"
    visit.asks = { person, leaf, name, wish }
    this.#session.say({ t: "tell", to: visit.number, body: sealDoor(channel, "admitter", { k: "asked" }) })
    const { door } = this.#state.head
    const isPair = door === "pair" && (this.#state.group?.members.length ?? 0) < 2
    if (door === "open" || isPair) return await this.approve(visit.number)
    const trust = this.#state.roster.trustOf({ name, person })
    const knock: Knock = {
      id: visit.number,
      name,
      person,
      fingerprint: fingerprintOf(person),
      trust,
      way: visit.way,
      wish,
    }
    this.#state.events.emit({ type: "knock", knock })
  }

  /** Lets somebody in who knocked. @throws RoomsError `ROOMS_FORBIDDEN`; RangeError when nobody of this id waits. */
  async approve(id: number, role?: Role): Promise<void> {
    const visit = this.#visits.get(id)
    const { authority } = this.#powers
    if (!authority) throw new RoomsError("ROOMS_FORBIDDEN", "Cannot let anybody in: not allowed to")
    if (!visit?.asks || !visit.channel) throw new RangeError("Nobody of this id is at the door")
    const { roomId, head, secret } = this.#state
    const { person, leaf } = visit.asks
    const { grant, issuer } = await admit(authority, {
      room: roomId,
      person,
      leaf,
      role: role ?? visit.asks.wish,
      generation: head.generation,
    })
    this.#visits.delete(id)
    const granted = {
      k: "granted",
      grant: toBase64Url(grant),
      issuer: toBase64Url(issuer),
      ...(visit.way !== "link" && { secret: toBase64Url(secret) }),
    } as const
    this.#session.say({ t: "tell", to: id, body: sealDoor(visit.channel, "admitter", granted) })
  }

  /** Sends somebody away. @throws RangeError when nobody of this id waits. */
  deny(id: number): void {
    const visit = this.#visits.get(id)
    if (!visit?.channel) throw new RangeError("Nobody of this id is at the door")
    this.#visits.delete(id)
    this.#session.say({ t: "tell", to: id, body: sealDoor(visit.channel, "admitter", { k: "denied" }) })
  }

  #tell(to: number, message: Parameters<typeof encodeDoorMessage>[0]): void {
    this.#session.say({ t: "tell", to, body: encodeDoorMessage(message) })
  }
}

/** `undefined` for a share that is no group element: a wrong code, like any other. */
function finish(side: CpaceSide, share: Uint8Array, data: Uint8Array): DoorKeys | undefined {
  try {
    return doorKeys(side.finish({ share, data }, { role: "initiator", data }))
  } catch (error) {
    if (error instanceof RoomsError) return undefined
    throw error
  }
}
