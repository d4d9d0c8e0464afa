import { generateSigningSeed, randomBytes, signerFromSeed, toBase64Url, type Signer } from "@darkslide/crypto"
import type { Hub, HubInlet, HubOutlet } from "../../src/hub/hub.ts"
import { doorSecrets } from "../../src/keys/room-secret.ts"
import { toWireHead } from "../../src/wire/wire-head.ts"
import type { ProvenHead } from "../../src/membership/head.ts"
import type { ClientMessage } from "../../src/wire/client-message.ts"
import { readHubMessage, type HubMessage, type HubMessageOf } from "../../src/wire/hub-message.ts"
import { joinProof, resumeProof } from "../../src/wire/proofs.ts"
import type { TestRoom } from "../membership/people.ts"

/** A client of a hub that says exactly what a test tells it to. */
export class RawClient implements HubOutlet {
  readonly key: Signer = signerFromSeed(generateSigningSeed())
  readonly inbox: HubMessage[] = []
  bufferedBytes = 0
  isClosed = false
  readonly #inlet: HubInlet

  constructor(hub: Hub) {
    this.#inlet = hub.connect(this)
  }

  send(text: string): void {
    const message = readHubMessage(text)
    if (message === undefined) throw new Error(`The hub said what it may not: ${text}`)
    this.inbox.push(message)
  }

  close(): void {
    this.isClosed = true
  }

  async drop(): Promise<void> {
    this.isClosed = true
    await this.#inlet.closed()
  }

  async say(message: ClientMessage): Promise<void> {
    await this.#inlet.receive(JSON.stringify(message))
  }

  async sayText(text: string): Promise<void> {
    await this.#inlet.receive(text)
  }

  all<Kind extends HubMessage["t"]>(kind: Kind): HubMessageOf<Kind>[] {
    return this.inbox.filter((message): message is HubMessageOf<Kind> => message.t === kind)
  }

  /** The newest of a kind. */
  last<Kind extends HubMessage["t"]>(kind: Kind): HubMessageOf<Kind> {
    const message = this.all(kind).at(-1)
    if (!message) throw new Error(`No ${kind} came, but ${this.inbox.map(({ t }) => t).join()}`)
    return message
  }

  get nonce(): string {
    return this.last("hello").nonce
  }

  get error(): string | undefined {
    return this.all("error").at(-1)?.code
  }

  get me(): number {
    return this.last("joined").me
  }

  async create(proven: ProvenHead): Promise<void> {
    await this.say({ t: "create", id: newId(), ...toWireHead(proven) })
  }

  async proveAdmission(room: TestRoom, secret = room.secret): Promise<{ key: string; sig: string }> {
    const key = toBase64Url(this.key.publicKey)
    const { admission } = doorSecrets({ roomId: room.roomId, secret })
    return { key, sig: toBase64Url(await admission.sign(joinProof(room.roomId, this.nonce, key))) }
  }

  async join(room: TestRoom, options: { secret?: Uint8Array; admits?: boolean } = {}): Promise<this> {
    const proof = await this.proveAdmission(room, options.secret)
    await this.say({ t: "join", room: room.roomId, ...proof, admits: options.admits ?? true })
    return this
  }

  async resume(room: TestRoom, before: RawClient, options: { last?: number; key?: Signer; token?: string } = {}) {
    const token = options.token ?? before.last("joined").token
    const last = options.last ?? before.all("message").at(-1)?.seq ?? before.last("joined").seq
    const proof = resumeProof(room.roomId, this.nonce, token, last)
    const sig = toBase64Url(await (options.key ?? before.key).sign(proof))
    await this.say({ t: "resume", room: room.roomId, token, last, sig })
  }

  async renew(room: TestRoom, secret: Uint8Array): Promise<void> {
    const { sig } = await this.proveAdmission(room, secret)
    await this.say({ t: "renew", sig })
  }

  async post(body: string, options: { id?: string; slot?: string } = {}): Promise<void> {
    const { id = newId(), slot } = options
    await this.say({ t: "post", id, body, ...(slot !== undefined && { slot }) })
  }
}

export function newId(): string {
  return toBase64Url(randomBytes(16))
}
