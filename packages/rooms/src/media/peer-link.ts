import { RoomsError } from "../errors.ts"
import type { Candidate, LinkStep, Source } from "./call-signal.ts"
import type { VideoCodec } from "./codec-choice.ts"
import { IceRestarts, type LinkState } from "./ice-restarts.ts"
import { LinkSender, type Sending } from "./link-sender.ts"
import type { Pipes } from "./media-worker-host.ts"
import { sealTransceiver, type SealedTransceiver } from "./sealed-transceiver.ts"
import { codecsOf, incomingSdp, outgoingSdp } from "./session-description.ts"

/** A stream that another sends. */
export interface Received {
  readonly source: Source
  readonly track: MediaStreamTrack
  /** What is heard and seen together with it. */
  readonly stream: MediaStream
  readonly sealed: SealedTransceiver
}

export interface LinkListener {
  /** For the other side, in this order. */
  onStep(step: LinkStep): void
  onState(state: LinkState): void
  onReceived(received: Received): void
  onEnded(received: Received): void
  /** Words over the data channel. */
  onWord(word: string): void
  /** What the other side said cannot be done. */
  onRefused(error: RoomsError): void
}

export interface LinkOptions {
  readonly worker: Pipes
  /** The other's leaf: only its frames are opened. */
  readonly leafIndex: number
  /** Of two offers that cross, the polite side's is taken back. */
  readonly isPolite: boolean
  readonly configuration: RTCConfiguration
  readonly codecs: readonly VideoCodec[]
  readonly listener: LinkListener
}

type Description = Extract<LinkStep, { description: unknown }>["description"]

/** A connection to one person: perfect negotiation (WebRTC 1.0 section 10.7) with everything sealed. */
export class PeerLink {
  readonly connection: RTCPeerConnection
  readonly #options: LinkOptions
  readonly #senders = new Map<Source, LinkSender>()
  readonly #received = new Map<RTCRtpTransceiver, Received>()
  readonly #restarts: IceRestarts
  readonly #words: RTCDataChannel
  /** What is heard and seen together, and the screen apart from it. */
  readonly #streams = { person: new MediaStream(), screen: new MediaStream() }
  #mids: Readonly<Record<string, Source>> = {}
  #isMakingOffer = false
  #isIgnoringOffer = false
  #queue: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: LinkOptions) {
    this.#options = options
    const connection = new RTCPeerConnection({ ...options.configuration, bundlePolicy: "max-bundle" })
    this.connection = connection
    this.#restarts = new IceRestarts(connection, (state) => options.listener.onState(state))
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) options.listener.onStep({ candidate: toPlain(candidate) })
    }
    connection.onnegotiationneeded = () => void this.#offer()
    connection.ontrack = (event) => this.#onTrack(event)
    this.#words = connection.createDataChannel("words", { negotiated: true, id: 0 })
    this.#words.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string" && data.length <= 1024) options.listener.onWord(data)
    }
  }

  get senders(): readonly LinkSender[] {
    return [...this.#senders.values()]
  }

  get received(): readonly Received[] {
    return [...this.#received.values()]
  }

  /** Which source a section of the description is, ours or theirs. */
  sourceOf(mid: string): Source | undefined {
    return [...this.senders, ...this.received].find(({ sealed }) => sealed.transceiver.mid === mid)?.source
  }

  /** Says something past the hub, once the way is open; `undefined` while it is not. */
  say(word: string): void {
    if (this.#words.readyState === "open") this.#words.send(word)
    else if (this.#words.readyState === "connecting") this.#words.onopen = () => this.#words.send(word)
  }

  /** Sends a source; a track of null keeps its place, and sends nothing. */
  async send(source: Source, sending: Sending): Promise<void> {
    let sender = this.#senders.get(source)
    if (!sender) {
      const { worker, leafIndex, codecs } = this.#options
      const stream = source === "screen" ? this.#streams.screen : this.#streams.person
      sender = new LinkSender({ connection: this.connection, source, stream, codecs, worker, leafIndex })
      this.#senders.set(source, sender)
    }
    await sender.send(sending)
  }

  /** Sends a source no more. */
  withdraw(source: Source): void {
    const sender = this.#senders.get(source)
    if (!sender) return
    this.#senders.delete(source)
    sender.stop()
    this.#forget(sender.sealed)
  }

  /** Receives a stream no more. */
  refuse(received: Received): void {
    received.sealed.transceiver.stop()
    this.#sweep()
  }

  /** What the other side found out. Steps are taken in their order. */
  take(steps: readonly LinkStep[]): void {
    for (const step of steps) {
      this.#queue = this.#queue
        .then(() => ("description" in step ? this.#describe(step.description) : this.#addCandidate(step.candidate)))
        .catch((cause: unknown) => {
          if (this.#isClosed) return
          const error = new RoomsError("ROOMS_MALFORMED", "Cannot follow the other side: the browser refuses it", {
            cause,
          })
          this.#options.listener.onRefused(error)
        })
    }
  }

  /** Looks for a way anew. */
  restart(): void {
    this.connection.restartIce()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#restarts.stop()
    this.connection.close()
    for (const { sealed } of this.senders) this.#forget(sealed)
    this.#senders.clear()
    for (const received of this.received) {
      this.#forget(received.sealed)
      this.#options.listener.onEnded(received)
    }
    this.#received.clear()
  }

  async #offer(): Promise<void> {
    try {
      this.#isMakingOffer = true
      await this.connection.setLocalDescription()
      this.#tellDescription()
    } catch (cause) {
      if (!this.#isClosed) this.#options.listener.onRefused(failed("make an offer", cause))
    } finally {
      this.#isMakingOffer = false
    }
  }

  async #describe({ type, sdp, mids }: Description): Promise<void> {
    if (this.#isClosed) return
    const { connection } = this
    const isColliding = type === "offer" && (this.#isMakingOffer || connection.signalingState !== "stable")
    this.#isIgnoringOffer = isColliding && !this.#options.isPolite
    if (this.#isIgnoringOffer) return
    this.#mids = mids
    await connection.setRemoteDescription({ type, sdp: incomingSdp(sdp) })
    this.#sweep()
    if (type === "offer") {
      await connection.setLocalDescription()
      this.#tellDescription()
    }
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    try {
      if (!this.#isClosed) await this.connection.addIceCandidate(candidate as RTCIceCandidateInit)
    } catch (error) {
      // One of an offer that was not taken has no place.
      if (!this.#isIgnoringOffer) throw error
    }
  }

  #tellDescription(): void {
    const description = this.connection.localDescription
    if (!description || this.#isClosed) return
    const { type } = description
    if (type !== "offer" && type !== "answer") return
    const mids: Record<string, Source> = {}
    for (const { source, sealed } of this.senders) if (sealed.transceiver.mid) mids[sealed.transceiver.mid] = source
    const codecs = codecsOf(description.sdp)
    for (const { sealed } of [...this.senders, ...this.received])
      for (const pipe of [sealed.outgoing, sealed.incoming]) this.#options.worker.nameCodecs(pipe, codecs)
    this.#options.listener.onStep({ description: { type, sdp: outgoingSdp(description.sdp), mids } })
  }

  #onTrack({ transceiver, track, streams: [stream = new MediaStream([track])] }: RTCTrackEvent): void {
    const known = this.#received.get(transceiver)
    // In this task, before anything else. See [Note: Why transforms come first].
    const sealed = known?.sealed ?? sealTransceiver(transceiver, this.#options.worker, this.#options.leafIndex)
    const source = this.#mids[transceiver.mid ?? ""]
    if (known || !source) return source ? undefined : this.#forget(sealed)
    const received = { source, track, stream, sealed }
    this.#received.set(transceiver, received)
    this.#options.listener.onReceived(received)
  }

  /** Lets go of what the other side sends no more. */
  #sweep(): void {
    for (const [transceiver, received] of this.#received) {
      const { currentDirection, direction } = transceiver
      if (direction !== "stopped" && currentDirection !== "inactive" && currentDirection !== "stopped") continue
      this.#received.delete(transceiver)
      this.#forget(received.sealed)
      this.#options.listener.onEnded(received)
    }
  }

  #forget({ outgoing, incoming }: SealedTransceiver): void {
    this.#options.worker.forget(outgoing)
    this.#options.worker.forget(incoming)
  }
}

function toPlain(candidate: RTCIceCandidate): Candidate {
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate
  return { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment }
}

function failed(what: string, cause: unknown): RoomsError {
  return new RoomsError("ROOMS_MEDIA_UNSUPPORTED", `Cannot ${what}: the browser refuses it`, { cause })
}
