import { RoomsError } from "../errors.ts"
import type { Candidate, Description, LinkStep, NegotiationStep } from "./call-signal.ts"
import { incomingSdp } from "./session-description.ts"

export interface NegotiationOptions {
  readonly connection: RTCPeerConnection
  /** Exactly one side begins with the turn. */
  readonly hasFirstTurn: boolean
  /** What goes with our descriptions. */
  readonly mids: () => Description["mids"]
  /** For the other side, in this order. */
  readonly onStep: (step: LinkStep) => void
  /** Before a description of the other side is set: what goes with it. */
  readonly onMids: (mids: Description["mids"]) => void
  /** After one was set. */
  readonly onDescribed: () => void
  readonly onRefused: (error: RoomsError) => void
}

/**
 * Agrees with the other side on what is sent. Only who has the turn makes offers, and the turn goes with each of them; who
 * needs it asks for it. So two offers never cross, and none is ever rolled back: see decision 19.
 */
export class Negotiation {
  readonly #options: NegotiationOptions
  readonly #connection: RTCPeerConnection
  #hasTurn: boolean
  #hasAsked = false
  #needsOffer = false
  #isOffering = false
  #queue: Promise<void> = Promise.resolve()

  constructor(options: NegotiationOptions) {
    this.#options = options
    this.#connection = options.connection
    this.#hasTurn = options.hasFirstTurn
    this.#connection.onnegotiationneeded = () => {
      this.#needsOffer = true
      void this.#offer()
    }
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate) options.onStep({ candidate: toPlain(candidate) })
    }
  }

  /** What the other side found out. Steps are taken in their order. */
  take(step: NegotiationStep): void {
    this.#queue = this.#queue
      .then(() => this.#step(step))
      .catch((cause: unknown) => this.#refuse("follow the other side", cause))
  }

  async #step(step: NegotiationStep): Promise<void> {
    if (this.#isClosed) return
    if ("turn" in step) return step.turn === "ask" ? await this.#asked() : await this.#takeTurn()
    if ("candidate" in step) return await this.#connection.addIceCandidate(step.candidate as RTCIceCandidateInit)
    await this.#describe(step.description)
  }

  async #asked(): Promise<void> {
    // An offer that is under way takes the turn along, and one that is needed now does.
    if (!this.#hasTurn || this.#isOffering) return
    if (this.#needsOffer) return await this.#offer()
    this.#hasTurn = false
    this.#options.onStep({ turn: "yours" })
  }

  async #takeTurn(): Promise<void> {
    this.#hasTurn = true
    this.#hasAsked = false
    await this.#offer()
  }

  async #describe({ type, sdp, mids }: Description): Promise<void> {
    if (this.#hasTurn) throw new Error(`an ${type} out of turn`)
    this.#options.onMids(mids)
    await this.#connection.setRemoteDescription({ type, sdp: incomingSdp(sdp) })
    if (type === "offer") {
      await this.#connection.setLocalDescription()
      this.#tellDescription()
      this.#options.onDescribed()
      return await this.#takeTurn()
    }
    this.#options.onDescribed()
    await this.#offer()
  }

  /** Makes an offer if one is needed and it is our turn, or asks for it. */
  async #offer(): Promise<void> {
    if (!this.#needsOffer || this.#isOffering || this.#isClosed) return
    if (!this.#hasTurn) {
      if (!this.#hasAsked && this.#connection.signalingState === "stable") this.#ask()
      return
    }
    try {
      this.#isOffering = true
      this.#needsOffer = false
      await this.#connection.setLocalDescription()
      this.#hasTurn = false
      this.#tellDescription()
    } catch (cause) {
      this.#refuse("make an offer", cause)
    } finally {
      this.#isOffering = false
    }
  }

  #ask(): void {
    this.#hasAsked = true
    this.#options.onStep({ turn: "ask" })
  }

  #tellDescription(): void {
    const { localDescription } = this.#connection
    if (localDescription?.type !== "offer" && localDescription?.type !== "answer") return
    const { type, sdp } = localDescription
    this.#options.onStep({ description: { type, sdp, mids: this.#options.mids() } })
  }

  #refuse(what: string, cause: unknown): void {
    if (this.#isClosed) return
    this.#options.onRefused(new RoomsError("ROOMS_MALFORMED", `Cannot ${what}: the browser refuses it`, { cause }))
  }

  get #isClosed(): boolean {
    return this.#connection.signalingState === "closed"
  }
}

function toPlain(candidate: RTCIceCandidate): Candidate {
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate
  return { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment }
}
