import { equalConstantTime, generateSigningSeed, randomBytes, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import { HubLine } from "../client/hub-line.ts"
import type { SignalTransport } from "../client/signal-transport.ts"
import { RoomsError } from "../errors.ts"
import { fromWireHead } from "../wire/wire-head.ts"
import { doorSecrets, type Invite } from "../keys/room-secret.ts"
import type { ProvenGrant } from "../membership/grant.ts"
import { checkHead, type Head } from "../membership/head.ts"
import type { Role } from "../membership/roles.ts"
import type { HubMessageOf } from "../wire/hub-message.ts"
import { joinProof } from "../wire/proofs.ts"
import { parseCode } from "./codes.ts"
import {
  decodeDoorMessage,
  encodeDoorMessage,
  openDoor,
  sealDoor,
  type DoorChannel,
  type DoorMessage,
} from "./door-message.ts"

/** What somebody comes with. */
export type Entry =
  | { readonly invite: Invite }
  /** `12345-678901`, of a member who is there. */
  | { readonly code: string }
  /** The room's standing password; its id comes by another way. */
  | { readonly roomId: string; readonly password: string }

export interface KnockOptions {
  readonly transport: SignalTransport
  readonly entry: Entry
  /** The guest's role to ask for. */
  readonly wish?: Role | undefined
  readonly signal: AbortSignal
  /** Makes the leaf document, once the owner key is known. */
  readonly signLeaf: (head: Head) => Promise<Uint8Array>
  /** Somebody is being asked. */
  readonly onAsked: () => void
}

/** What somebody goes in with. */
export interface Admission {
  readonly invite: Invite
  readonly proven: ProvenGrant
}

/** A member who may admit answers by program, not by hand: after so long, nobody is there. */
const answerWithinMs = 1500

/**
 * Knocks, and waits for the answer of a person.
 * @throws RoomsError of the door; the signal's reason.
 */
export async function knock(options: KnockOptions): Promise<Admission> {
  const line = await HubLine.open(options.transport, options.signal)
  const stop = (): void => line.close()
  options.signal.addEventListener("abort", stop, { once: true })
  try {
    return await new KnockTalk(line, options).run()
  } catch (error) {
    options.signal.throwIfAborted()
    throw error
  } finally {
    options.signal.removeEventListener("abort", stop)
    line.close()
  }
}

class KnockTalk {
  readonly #line: HubLine
  readonly #options: KnockOptions
  readonly #signer = signerFromSeed(generateSigningSeed())
  readonly #nonce = randomBytes(16)
  readonly #key: string
  #isTooLate = false

  constructor(line: HubLine, options: KnockOptions) {
    this.#line = line
    this.#options = options
    this.#key = toBase64Url(this.#signer.publicKey)
  }

  async run(): Promise<Admission> {
    const { entry } = this.#options
    await this.#ring(entry)
    const waiting = await this.#line.expect(["waiting"], "knock")
    const roomId = "invite" in entry ? entry.invite.roomId : "roomId" in entry ? entry.roomId : waiting.room
    const head = checkHead(fromWireHead(waiting), roomId)
    const channel =
      "invite" in entry
        ? { key: doorSecrets(entry.invite).lobbyKey, roomId, knocker: this.#key }
        : await this.#prove(entry, waiting)
    return await this.#ask(channel, head, waiting.admitter)
  }

  async #ring(entry: Entry): Promise<void> {
    const key = this.#key
    if ("invite" in entry) {
      const { roomId } = entry.invite
      const proof = joinProof(roomId, this.#line.nonce, key)
      const sig = toBase64Url(await doorSecrets(entry.invite).admission.sign(proof))
      return this.#line.say({ t: "knock", to: { room: roomId }, key, sig, body: "" })
    }
    const body = encodeDoorMessage({ k: "hello", nonce: toBase64Url(this.#nonce) })
    const to = "code" in entry ? { alias: readCode(entry.code).alias } : { room: entry.roomId }
    this.#line.say({ t: "knock", to, key, body })
  }

  /** CPace: we show first that we know the code, and believe nothing before the other side showed it too. */
  async #prove(
    entry: Exclude<Entry, { readonly invite: Invite }>,
    waiting: HubMessageOf<"waiting">,
  ): Promise<DoorChannel> {
    const message = await this.#hear()
    if (message.k !== "share") throw unexpected()
    // Who holds the link needs none of it.
    const [{ startCpace }, { doorKeys }, { doorSetting }] = await Promise.all([
      import("../cpace/cpace.ts"),
      import("../cpace/confirm.ts"),
      import("./door-setting.ts"),
    ])
    const code = "code" in entry ? readCode(entry.code) : undefined
    const setting = doorSetting("password" in entry ? entry.password : (code?.digits ?? ""), {
      roomId: waiting.room,
      what: code?.alias ?? "password",
      knocker: this.#key,
      numbers: { knocker: waiting.me, admitter: waiting.admitter },
      nonces: { knocker: this.#nonce, admitter: message.nonce },
    })
    const side = startCpace(setting)
    const data = new Uint8Array()
    const keys = doorKeys(side.finish({ share: message.share, data }, { role: "responder", data }))
    const proof = { k: "proof", share: toBase64Url(side.share), tag: toBase64Url(keys.knockerTag) } as const
    this.#line.say({ t: "tell", to: waiting.admitter, body: encodeDoorMessage(proof) })
    const answer = await this.#hear()
    if (answer.k !== "proven") throw unexpected()
    if (!equalConstantTime(keys.admitterTag, answer.tag))
      throw new RoomsError("ROOMS_CODE_WRONG", "Cannot enter room: the other side does not know the code")
    return { key: keys.sealingKey, roomId: waiting.room, knocker: this.#key }
  }

  async #ask(channel: DoorChannel, head: Head, admitter: number): Promise<Admission> {
    const leaf = toBase64Url(await this.#options.signLeaf(head))
    const { wish } = this.#options
    const body = sealDoor(channel, "knocker", { k: "request", leaf, ...(wish !== undefined && { wish }) })
    this.#line.say({ t: "tell", to: admitter, body })
    const asked = await this.#hearSecret(channel)
    if (asked.k !== "asked") throw unexpected()
    this.#options.onAsked()
    const answer = await this.#hearSecret(channel, Infinity)
    if (answer.k === "denied") throw new RoomsError("ROOMS_NOT_ADMITTED", "Cannot enter room: sent away")
    if (answer.k !== "granted") throw unexpected()
    const { entry } = this.#options
    const secret = "invite" in entry ? entry.invite.secret : answer.secret
    if (!secret) throw unexpected()
    return { invite: { roomId: channel.roomId, secret }, proven: { grant: answer.grant, issuer: answer.issuer } }
  }

  async #hearSecret(channel: DoorChannel, withinMs?: number) {
    const message = await this.#hear(withinMs)
    if (message.k !== "box") throw unexpected()
    return openDoor(channel, "admitter", message.box)
  }

  async #hear(withinMs: number = answerWithinMs): Promise<DoorMessage> {
    const timer = Number.isFinite(withinMs) ? setTimeout(() => this.#giveUp(), withinMs) : undefined
    try {
      const told = await this.#line.expect(["told", "gone"], "enter room")
      if (told.t === "gone") throw nobody(undefined)
      const message = decodeDoorMessage(told.body)
      if (message.k === "refused") throw refusedError(message.why)
      return message
    } catch (error) {
      if (this.#isTooLate) throw nobody(error)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #giveUp(): void {
    this.#isTooLate = true
    this.#line.close()
  }
}

function readCode(code: string): { readonly alias: string; readonly digits: string } {
  const parts = parseCode(code)
  if (!parts) throw new RoomsError("ROOMS_CODE_WRONG", "Cannot enter room: this is no code")
  return parts
}

function refusedError(why: Extract<DoorMessage, { k: "refused" }>["why"]): RoomsError {
  if (why === "burned") return new RoomsError("ROOMS_CODE_BURNED", "Cannot enter room: the code is used up")
  if (why === "wrong") return new RoomsError("ROOMS_CODE_WRONG", "Cannot enter room: another code or password")
  return new RoomsError("ROOMS_LIMIT_EXCEEDED", "Cannot enter room: too many tries, later again")
}

function nobody(cause: unknown): RoomsError {
  return new RoomsError("ROOMS_NOBODY_TO_ADMIT", "Cannot enter room: nobody answers", { cause })
}

function unexpected(): RoomsError {
  return new RoomsError("ROOMS_MALFORMED", "Cannot enter room: the other side said something out of turn")
}
