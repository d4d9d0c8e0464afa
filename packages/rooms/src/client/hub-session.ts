import { generateSigningSeed, randomBytes, signerFromSeed, toBase64Url, type Signer } from "@darkslide/crypto"
import { sleep } from "../clock.ts"
import { RoomsError } from "../errors.ts"
import type { ClientMessage } from "../wire/client-message.ts"
import type { HubMessage, HubMessageOf } from "../wire/hub-message.ts"
import { joinProof, resumeProof } from "../wire/proofs.ts"
import { HubLine } from "./hub-line.ts"
import { refusalError } from "./refusal-error.ts"
import type { SignalTransport } from "./signal-transport.ts"

/** How the connection stands. */
export type ConnectionState =
  | { readonly state: "connected" }
  | { readonly state: "reconnecting"; readonly attempt: number; readonly retryInMs: number }

export interface HubSessionOptions {
  readonly transport: SignalTransport
  readonly roomId: string
  readonly admission: Signer
  readonly admits: boolean
  /** Only listens: the hub shows this connection to nobody, and takes nothing from it. */
  readonly watches?: boolean | undefined
  /** Ends the session. */
  readonly signal: AbortSignal
}

/** What the session tells, in order. */
export interface HubSessionListener {
  onMessage(message: HubMessage): void
  onState(state: ConnectionState): void
  /** The session is over, for good. */
  onEnd(error: unknown): void
}

type Request = Extract<ClientMessage, { readonly id: string }>
/** A request without the id that the session gives it. */
type Asked = { [Kind in Request["t"]]: Omit<Extract<Request, { readonly t: Kind }>, "id"> }[Request["t"]]

interface Pending {
  readonly message: Request
  readonly resolve: (done: HubMessageOf<"done">) => void
  readonly reject: (error: RoomsError) => void
}

const pingEveryMs = 20_000
const firstDelayMs = 200
const longestDelayMs = 5000

/**
 * A place in a room of the hub, over as many connections as it takes: it comes back after a drop, with what it asked for
 * asked again under the same ids, and what it missed sent again.
 */
export class HubSession {
  readonly joined: HubMessageOf<"joined">
  readonly #options: HubSessionOptions
  readonly #key: Signer
  #line: HubLine
  #last: number
  readonly #pending = new Map<string, Pending>()
  /**
   * Whether the hub knows whose connection this is. What is asked for before it does waits with what was asked for before
   * that: it must not overtake it.
   */
  #isKnown = true
  #isOver = false
  readonly #closing = new AbortController()
  /** The admission key that replaced the one of the join. */
  #renewed: Signer | undefined

  private constructor(options: HubSessionOptions, key: Signer, line: HubLine, joined: HubMessageOf<"joined">) {
    this.#options = options
    this.#key = key
    this.#line = line
    this.joined = joined
    this.#last = joined.seq
  }

  /** @throws RoomsError by the hub's refusal, `ROOMS_UNREACHABLE`; the signal's reason. */
  static async join(options: HubSessionOptions): Promise<HubSession> {
    const key = signerFromSeed(generateSigningSeed())
    const line = await HubLine.open(options.transport, options.signal)
    try {
      const publicKey = toBase64Url(key.publicKey)
      const proof = joinProof(options.roomId, line.nonce, publicKey)
      const sig = toBase64Url(await options.admission.sign(proof))
      const { roomId: room, admits, watches } = options
      line.say({ t: "join", room, key: publicKey, sig, admits, ...(watches && { watches }) })
      return new HubSession(options, key, line, await line.expect(["joined"], "join room"))
    } catch (error) {
      line.close()
      throw error
    }
  }

  /** The hub's greeting of the present connection. */
  get nonce(): string {
    return this.#line.nonce
  }

  /** Starts telling. Call it once. */
  run(listener: HubSessionListener): void {
    const signal = AbortSignal.any([this.#options.signal, this.#closing.signal])
    const ping = setInterval(() => this.#line.say({ t: "ping" }), pingEveryMs)
    const stop = (): void => this.#line.close()
    signal.addEventListener("abort", stop, { once: true })
    const end = (error: unknown): void => {
      clearInterval(ping)
      signal.removeEventListener("abort", stop)
      this.#end(listener, signal.aborted ? signal.reason : error)
    }
    this.#serve(listener, signal).then(end, end)
  }

  #end(listener: HubSessionListener, error: unknown): void {
    this.#isOver = true
    this.#line.close()
    const over = new RoomsError("ROOMS_CLOSED", "Cannot ask hub: the session is over", { cause: error })
    for (const { reject } of this.#pending.values()) reject(over)
    this.#pending.clear()
    listener.onEnd(error)
  }

  /** Asks, until there is an answer, over as many connections as it takes. @throws RoomsError by the hub's refusal. */
  async ask(asked: Asked): Promise<HubMessageOf<"done">> {
    if (this.#isOver) throw new RoomsError("ROOMS_CLOSED", "Cannot ask hub: the session is over")
    const id = toBase64Url(randomBytes(16))
    return await this.askAs(id, asked)
  }

  /** As {@link ask}, under an id of the caller's: to know the message again when it comes back. */
  async askAs(id: string, asked: Asked): Promise<HubMessageOf<"done">> {
    const message: Request = { ...asked, id }
    return await new Promise((resolve, reject) => {
      this.#pending.set(id, { message, resolve, reject })
      if (this.#isKnown) this.#line.say(message)
    })
  }

  /** Says what needs no answer; it is lost with its connection. */
  say(message: Exclude<ClientMessage, Request>): void {
    if (!this.#isOver && this.#isKnown) this.#line.say(message)
  }

  /** Proves to hold the room's new secret, now and after each drop. */
  async renew(admission: Signer): Promise<void> {
    this.#renewed = admission
    const proof = joinProof(this.#options.roomId, this.#line.nonce, toBase64Url(this.#key.publicKey))
    this.say({ t: "renew", sig: toBase64Url(await admission.sign(proof)) })
  }

  close(): void {
    this.#line.say({ t: "leave" })
    this.#closing.abort(new RoomsError("ROOMS_CLOSED", "Cannot go on: the room was left"))
  }

  async #serve(listener: HubSessionListener, signal: AbortSignal): Promise<unknown> {
    for (;;) {
      const ended = await this.#listen(listener)
      if (ended !== undefined || signal.aborted) return ended
      this.#isKnown = false
      await this.#comeBack(listener, signal)
    }
  }

  /** @returns why the session is over; `undefined` when only the connection is. */
  async #listen(listener: HubSessionListener): Promise<RoomsError | undefined> {
    for (;;) {
      const message = await this.#line.next()
      if (message === undefined) return undefined
      if (message.t === "done" || message.t === "refused") this.#settle(message)
      else if (message.t === "error") {
        // Too much at once ends a connection, not a session.
        if (message.code === "slow-down") return undefined
        return refusalError("stay in room", message.code, message.retryAfterMs)
      } else if (message.t !== "pong") {
        if (message.t === "message") this.#received(message)
        listener.onMessage(message)
      }
    }
  }

  /** Our own post, back with its number, is its answer. */
  #received({ seq, id }: HubMessageOf<"message">): void {
    this.#last = seq
    this.#settle({ t: "done", id, seq })
  }

  #settle(answer: HubMessageOf<"done"> | HubMessageOf<"refused">): void {
    const pending = this.#pending.get(answer.id)
    if (!pending) return
    this.#pending.delete(answer.id)
    if (answer.t === "done") pending.resolve(answer)
    else pending.reject(refusalError(pending.message.t, answer.code, answer.retryAfterMs))
  }

  /** @throws RoomsError `ROOMS_SESSION_LOST` */
  async #comeBack(listener: HubSessionListener, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + this.joined.resumeMs
    for (let attempt = 1; ; attempt++) {
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
      const retryInMs = attempt === 1 ? 0 : Math.round(delay)
      listener.onState({ state: "reconnecting", attempt, retryInMs })
      await sleep(retryInMs, signal)
      try {
        const line = await HubLine.open(this.#options.transport, signal)
        this.#line = line
        await this.#resume(line, listener)
        return
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof RoomsError && error.code === "ROOMS_SESSION_LOST") throw error
        if (Date.now() >= deadline)
          throw new RoomsError("ROOMS_SESSION_LOST", "Cannot come back: away for too long", { cause: error })
      }
    }
  }

  async #resume(line: HubLine, listener: HubSessionListener): Promise<void> {
    const { token } = this.joined
    const proof = resumeProof(this.#options.roomId, line.nonce, token, this.#last)
    const sig = toBase64Url(await this.#key.sign(proof))
    line.say({ t: "resume", room: this.#options.roomId, token, last: this.#last, sig })
    const resumed = await line.expect(["resumed"], "come back")
    this.#isKnown = true
    listener.onState({ state: "connected" })
    listener.onMessage(resumed)
    for (const { message } of this.#pending.values()) line.say(message)
    if (this.#renewed) await this.renew(this.#renewed)
  }
}
