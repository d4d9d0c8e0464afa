import type { RoomsError } from "../errors.ts"
import type { Description, LinkStep, Source } from "./call-signal.ts"
import type { VideoCodec } from "./codec-choice.ts"
import { IceRestarts, type LinkState } from "./ice-restarts.ts"
import { LinkSender, type Sending } from "./link-sender.ts"
import type { Pipes } from "./media-worker-host.ts"
import { Negotiation } from "./negotiation.ts"
import { sealTransceiver, type SealedTransceiver } from "./sealed-transceiver.ts"
import { codecsOf } from "./session-description.ts"

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
  /** The other side cannot read one of our sources: it is to be sent anew. */
  onAgain(source: Source): void
  /** Words over the data channel. */
  onWord(word: string): void
  /** What the other side said cannot be done. */
  onRefused(error: RoomsError): void
}

export interface LinkOptions {
  readonly worker: Pipes
  /** The other's leaf: only its frames are opened. */
  readonly leafIndex: number
  /** Exactly one side makes the first offer. */
  readonly hasFirstTurn: boolean
  readonly configuration: RTCConfiguration
  readonly codecs: readonly VideoCodec[]
  readonly listener: LinkListener
}

/** A connection to one person, with everything sealed. */
export class PeerLink {
  readonly connection: RTCPeerConnection
  readonly #options: LinkOptions
  readonly #senders = new Map<Source, LinkSender>()
  readonly #received = new Map<RTCRtpTransceiver, Received>()
  /** What the other side made, received or not. */
  readonly #theirs = new Map<RTCRtpTransceiver, Omit<Received, "source">>()
  readonly #negotiation: Negotiation
  readonly #restarts: IceRestarts
  readonly #words: RTCDataChannel
  /** What is heard and seen together, and the screen apart from it. */
  readonly #streams = { person: new MediaStream(), screen: new MediaStream() }
  #mids: Readonly<Record<string, Source>> = {}
  #isClosed = false

  constructor(options: LinkOptions) {
    this.#options = options
    const connection = new RTCPeerConnection({ ...options.configuration, bundlePolicy: "max-bundle" })
    this.connection = connection
    this.#restarts = new IceRestarts(connection, (state) => options.listener.onState(state))
    this.#negotiation = new Negotiation({
      connection,
      hasFirstTurn: options.hasFirstTurn,
      mids: () => this.#ownMids,
      onStep: (step) => options.listener.onStep(step),
      onMids: (mids) => (this.#mids = mids),
      onDescribed: () => this.#onDescribed(),
      onRefused: (error) => options.listener.onRefused(error),
    })
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

  /** Sends a source no more, until it is sent again. */
  async withdraw(source: Source): Promise<void> {
    await this.#senders.get(source)?.rest()
  }

  /** Stops a source at once, transceiver and all: `send` makes another. */
  async cutOff(source: Source): Promise<void> {
    const sender = this.#senders.get(source)
    if (!sender) return
    this.#senders.delete(source)
    this.#forget(sender.sealed)
    await sender.retire()
  }

  /** Receives a stream no more. */
  refuse(received: Received): void {
    const { transceiver } = received.sealed
    transceiver.direction = "inactive"
    received.track.enabled = false
    this.#end(transceiver, received)
  }

  /** Asks for a stream anew, in another section. Another pipe for the same one would not be read either. */
  repair(received: Received): void {
    this.refuse(received)
    this.#options.listener.onStep({ again: received.source })
  }

  /** What the other side found out. */
  take(steps: readonly LinkStep[]): void {
    for (const step of steps)
      if ("again" in step) this.#options.listener.onAgain(step.again)
      else this.#negotiation.take(step)
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
    for (const sealed of this.#allSealed) this.#forget(sealed)
    this.#senders.clear()
    this.#theirs.clear()
    for (const [transceiver, received] of this.#received) this.#end(transceiver, received)
  }

  get #ownMids(): Description["mids"] {
    const mids: Record<string, Source> = {}
    for (const { source, sealed } of this.senders) if (sealed.transceiver.mid) mids[sealed.transceiver.mid] = source
    return mids
  }

  /** Compares what is received with what both agreed on, and names codecs to the worker. */
  #onDescribed(): void {
    const codecs = codecsOf(this.connection.remoteDescription?.sdp ?? "")
    for (const { outgoing, incoming } of this.#allSealed)
      for (const pipe of [outgoing, incoming]) this.#options.worker.nameCodecs(pipe, codecs)
    for (const [transceiver, theirs] of this.#theirs) {
      const source = this.#mids[transceiver.mid ?? ""]
      const known = this.#received.get(transceiver)
      const isReceived = transceiver.currentDirection === "recvonly" && source !== undefined
      if (isReceived === (known !== undefined)) continue
      if (known) this.#end(transceiver, known)
      else if (isReceived) this.#begin(transceiver, { source, ...theirs })
    }
  }

  #begin(transceiver: RTCRtpTransceiver, received: Received): void {
    this.#received.set(transceiver, received)
    this.#options.listener.onReceived(received)
  }

  #end(transceiver: RTCRtpTransceiver, received: Received): void {
    if (this.#received.delete(transceiver)) this.#options.listener.onEnded(received)
  }

  get #allSealed(): readonly SealedTransceiver[] {
    return [...this.senders, ...this.#theirs.values()].map(({ sealed }) => sealed)
  }

  #onTrack({ transceiver, track, streams: [stream = new MediaStream([track])] }: RTCTrackEvent): void {
    // In this task, before anything else, and once. See [Note: Why transforms come first].
    const { worker, leafIndex } = this.#options
    const sealed = this.#theirs.get(transceiver)?.sealed ?? sealTransceiver(transceiver, worker, leafIndex)
    this.#theirs.set(transceiver, { track, stream, sealed })
  }

  #forget({ outgoing, incoming }: SealedTransceiver): void {
    this.#options.worker.forget(outgoing)
    this.#options.worker.forget(incoming)
  }
}
