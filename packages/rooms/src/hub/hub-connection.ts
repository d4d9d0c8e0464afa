import { fromBase64Url, isDarkslideError, randomBytes, toBase64Url } from "@darkslide/crypto"
import { checkHead } from "../membership/head.ts"
import { readClientMessage, type ClientMessage, type ClientMessageOf } from "../wire/client-message.ts"
import type { HubMessage, Refusal } from "../wire/hub-message.ts"
import { maxDoorFrameBytes, maxFrameBytes } from "../wire/parts.ts"
import type { HubInlet, HubOutlet, HubState } from "./hub.ts"
import { checkAdmission, findSession, hashToken } from "./hub-door.ts"
import type { HubMember, HubRoom, Line } from "./hub-room.ts"
import { toRecord } from "./record.ts"
import { fromWireHead, toWireHead } from "../wire/wire-head.ts"
import { handleMember, type MemberLine } from "./member-requests.ts"
import { TokenBucket } from "./token-bucket.ts"

/** Where a connection stands. */
type Place =
  | { readonly at: "outside" }
  | { readonly at: "inside"; readonly room: HubRoom; readonly member: HubMember }
  | { readonly at: "door"; readonly room: HubRoom; readonly number: number; readonly admitter: number }
  | { readonly at: "closed" }

/** How many doors one connection may try. */
const maxAttempts = 8
/** Who only listens, in one room. */
const maxWatchers = 16

/** One connection's conversation with the hub. */
export class HubConnection implements HubInlet, Line {
  readonly #state: HubState
  readonly #outlet: HubOutlet
  readonly #nonce = toBase64Url(randomBytes(32))
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket
  #place: Place = { at: "outside" }
  #queue: Promise<void> = Promise.resolve()
  #heardAt: number
  readonly #since: number
  #attempts = 0

  constructor(state: HubState, outlet: HubOutlet) {
    this.#state = state
    this.#outlet = outlet
    const now = state.now()
    this.#heardAt = now
    this.#since = now
    const { messagesPerSecond, messageBurst, bytesPerSecond, byteBurst } = state.limits
    this.#messages = new TokenBucket({ perSecond: messagesPerSecond, burst: messageBurst, now })
    this.#bytes = new TokenBucket({ perSecond: bytesPerSecond, burst: byteBurst, now })
    this.send({ t: "hello", v: 1, nonce: this.#nonce })
  }

  get bufferedBytes(): number {
    return this.#outlet.bufferedBytes
  }

  send(message: HubMessage): void {
    this.sendText(JSON.stringify(message))
  }

  sendText(text: string): void {
    if (this.#place.at !== "closed") this.#outlet.send(text)
  }

  /** Ends the connection from this side; its member may resume. */
  close(): void {
    this.end()
  }

  end(): void {
    this.#forget()
    this.#outlet.close()
  }

  async receive(text: string): Promise<void> {
    if (this.#place.at === "closed") return
    const now = this.#state.now()
    this.#heardAt = now
    if (text.length > (this.#place.at === "inside" ? maxFrameBytes : maxDoorFrameBytes)) return this.#fail("too-large")
    const message = readClientMessage(text)
    if (message === undefined) return this.#fail("malformed")
    const retryAfterMs = Math.max(this.#messages.take(1, now), this.#bytes.take(text.length, now))
    if (retryAfterMs > 0) return this.#slowDown(message, retryAfterMs)
    this.#queue = this.#queue.then(() => this.#handleSafely(message))
    await this.#queue
  }

  async closed(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#forget())
    await this.#queue
  }

  #forget(): void {
    const place = this.#place
    if (place.at === "closed") return
    this.#place = { at: "closed" }
    this.#state.connections.delete(this)
    if (place.at === "inside" && place.member.line === this) this.#setAway(place.room, place.member)
    if (place.at === "door") this.#leaveDoor(place.room, place.number, place.admitter)
  }

  tick(now: number): void {
    const { idleMs, helloMs } = this.#state.limits
    const isLate = this.#place.at === "outside" && now - this.#since > helloMs
    if (isLate || now - this.#heardAt > idleMs) this.end()
  }

  async #handleSafely(message: ClientMessage): Promise<void> {
    try {
      await this.#handle(message)
    } catch (error) {
      if (isDarkslideError(error))
        return this.#refuse(message, error.code === "ROOMS_FORGED" ? "forbidden" : "malformed")
      this.#state.onError(error)
      this.#fail("failed")
    }
  }

  async #handle(message: ClientMessage): Promise<void> {
    const place = this.#place
    if (place.at === "closed") return
    if (message.t === "ping") return this.send({ t: "pong" })
    if (place.at === "inside") return await handleMember(message, this.#memberLine(place.room, place.member))
    if (place.at === "door" && message.t === "tell") {
      if (message.to !== place.admitter) return this.#fail("forbidden")
      return this.#state.bus.publish(place.room.id, {
        t: "tell",
        from: place.number,
        to: message.to,
        body: message.body,
      })
    }
    if (message.t === "leave") return this.end()
    if (this.#attempts++ >= maxAttempts) return this.#fail("slow-down")
    if (message.t === "create") return await this.#create(message)
    if (message.t === "join") return await this.#withRoom(message.room, (room) => this.#join(message, room))
    if (message.t === "resume") return await this.#resume(message)
    if (message.t === "knock") return await this.#knock(message)
    if (message.t === "look") return await this.#withRoom(message.room, async (room) => this.send(room.headMessage()))
    return this.#refuse(message, "forbidden")
  }

  async #create(message: ClientMessageOf<"create">): Promise<void> {
    const proven = fromWireHead(message)
    const head = checkHead(proven, undefined)
    if (head.by !== head.owner || head.serial !== 0) return this.#refuse(message, "forbidden")
    const isNew = await this.#state.log.create(head.room, toRecord(proven, head))
    if (!isNew) return this.#refuse(message, "exists")
    this.send({ t: "done", id: message.id })
  }

  async #join({ room: id, key, sig, admits, watches = false }: ClientMessageOf<"join">, room: HubRoom): Promise<void> {
    const refusal = await checkAdmission(room, { key, sig }, this.#nonce)
    if (refusal !== undefined) return this.#fail(refusal)
    if (watches ? room.members.size - room.present.length >= maxWatchers : room.isFull) return this.#fail("full")
    const { last } = await this.#state.log.bounds(id)
    const token = toBase64Url(randomBytes(32))
    const member: HubMember = {
      number: this.#freeNumber(room),
      key: fromBase64Url(key, 32),
      tokenHash: hashToken(token),
      admits: admits && !watches,
      watches,
      admission: room.head.admission,
      owesProofSince: undefined,
      line: this,
      awaySince: undefined,
      cursor: last,
      isCatchingUp: false,
      owesPeople: false,
    }
    room.members.set(member.number, member)
    this.#place = { at: "inside", room, member }
    const { present, record } = room
    const { resumeMs } = this.#state.limits
    this.send({ t: "joined", room: id, me: member.number, seq: last, token, ...toWireHead(record), present, resumeMs })
    if (!watches) room.announce("joined", member.number, this.#state.now())
    // What was added while the log was asked.
    room.catchUp(member)
  }

  /** The token and the signature are checked before any timer or line is touched. */
  async #resume(message: ClientMessageOf<"resume">): Promise<void> {
    const room = this.#state.rooms.get(message.room)
    const member = room && (await findSession(room, message, this.#nonce))
    if (room === undefined || member === undefined) return this.#fail("unknown-session")
    const { last, dropped } = await this.#state.log.bounds(room.id)
    if (message.last < dropped || message.last > last || !room.members.has(member.number))
      return this.#fail("unknown-session")
    const before = member.line
    member.line = this
    member.awaySince = undefined
    member.cursor = message.last
    member.owesProofSince = undefined
    room.checkProof(member, this.#state.now())
    this.#place = { at: "inside", room, member }
    before?.close()
    this.send({ t: "resumed", seq: last, ...toWireHead(room.record), present: room.present })
    if (before === undefined && !member.watches) room.announce("back", member.number, this.#state.now())
    room.catchUp(member)
  }

  async #knock(message: ClientMessageOf<"knock">): Promise<void> {
    const { aliases, now } = this.#state
    if ("room" in message.to) return await this.#withRoom(message.to.room, (room) => this.#knockAt(message, room))
    const { alias } = message.to
    const issued = aliases.find(alias, now())
    if (issued === undefined) return this.#fail("unknown-alias")
    await this.#withRoom(issued.room, (room) => this.#knockAt(message, room, { alias, issuer: issued.issuer }))
  }

  async #knockAt(
    { key, sig, body }: ClientMessageOf<"knock">,
    room: HubRoom,
    issued?: { readonly alias: string; readonly issuer: number },
  ): Promise<void> {
    const refusal = sig === undefined ? undefined : await checkAdmission(room, { key, sig }, this.#nonce)
    if (refusal !== undefined) return this.#fail(refusal)
    if (room.head.locked) return this.#fail("locked")
    if (room.isFull) return this.#fail("full")
    const admitter = issued === undefined ? room.admitter() : room.members.get(issued.issuer)
    if (admitter?.line === undefined) return this.#fail("nobody")
    if (room.knockers.size >= this.#state.limits.maxKnockers) return this.#fail("slow-down")
    const number = this.#freeNumber(room)
    room.knockers.set(number, { number, line: this, admitter: admitter.number })
    this.#place = { at: "door", room, number, admitter: admitter.number }
    this.send({ t: "waiting", room: room.id, me: number, admitter: admitter.number, ...toWireHead(room.record) })
    const alias = issued?.alias
    const link = sig !== undefined
    admitter.line.send({ t: "knocked", from: number, key, link, ...(alias !== undefined && { alias }), body })
  }

  #memberLine(room: HubRoom, member: HubMember): MemberLine {
    return {
      state: this.#state,
      room,
      member,
      nonce: this.#nonce,
      send: (message) => this.send(message),
      refuse: (message, code) => this.#refuse(message, code),
      leave: () => this.#leave(room, member),
    }
  }

  #leave(room: HubRoom, member: HubMember): void {
    room.members.delete(member.number)
    member.line = undefined
    if (!member.watches) room.announce("left", member.number, this.#state.now())
    this.#state.releaseRoom(room)
    this.end()
  }

  #setAway(room: HubRoom, member: HubMember): void {
    member.line = undefined
    member.awaySince = this.#state.now()
    if (!member.watches) room.announce("away", member.number, member.awaySince)
    for (const knocker of room.knockers.values())
      if (knocker.admitter === member.number) knocker.line.send({ t: "gone", from: member.number })
  }

  #leaveDoor(room: HubRoom, number: number, admitter: number): void {
    room.knockers.delete(number)
    room.members.get(admitter)?.line?.send({ t: "gone", from: number })
    this.#state.releaseRoom(room)
  }

  /** Holds the room for as long as `use` takes: one that nobody is in yet is not forgotten meanwhile. */
  async #withRoom(id: string, use: (room: HubRoom) => Promise<void>): Promise<void> {
    const room = await this.#state.openRoom(id)
    if (room === undefined) return this.#fail((await this.#state.log.wasRemoved(id)) ? "expired" : "unknown-room")
    room.holds++
    try {
      if (room.head.expiresAt !== undefined && room.head.expiresAt <= this.#state.now()) this.#fail("expired")
      else if (this.#place.at === "outside") await use(room)
    } finally {
      room.holds--
      this.#state.releaseRoom(room)
    }
  }

  #freeNumber(room: HubRoom): number {
    for (;;) {
      const number = new DataView(randomBytes(4).buffer).getUint32(0)
      if (number > 0 && !room.members.has(number) && !room.knockers.has(number)) return number
    }
  }

  #slowDown(message: ClientMessage, retryAfterMs: number): void {
    if ("id" in message) this.send({ t: "refused", id: message.id, code: "slow-down", retryAfterMs })
    else this.#fail("slow-down", retryAfterMs)
  }

  #refuse(message: ClientMessage, code: Refusal): void {
    if ("id" in message) this.send({ t: "refused", id: message.id, code })
    else this.#fail(code)
  }

  #fail(code: Refusal, retryAfterMs?: number): void {
    this.send({ t: "error", code, ...(retryAfterMs !== undefined && { retryAfterMs }) })
    this.end()
  }
}
