import { RoomsError } from "../errors.ts"
import type { MediaLink, PathOptions } from "../media/call-path.ts"
import { sources, type Description, type Source } from "../media/call-signal.ts"
import type { LinkState } from "../media/ice-restarts.ts"
import { LinkSender, type Sending } from "../media/link-sender.ts"
import { codecsOf, incomingSdp } from "../media/session-description.ts"
import type { UnitSession } from "./forwarding-unit.ts"
import { KeptConnection } from "./kept-connection.ts"
import { withoutAddresses } from "./without-addresses.ts"

export interface OwnFeedOptions extends Pick<PathOptions, "worker" | "configuration" | "codecs" | "sending"> {
  readonly session: UnitSession
  readonly leafIndex: number
  /** There is another feed than before. */
  onFeed(feed: string, mids: Description["mids"]): void
  onState(state: LinkState): void
  onFailed(error: unknown): void
}

/**
 * What we send, to the unit, once. Every source has its section from the start, and a track while it is shared: nothing is
 * ever agreed on anew.
 */
export class OwnFeed implements MediaLink {
  readonly received: readonly never[] = []
  readonly #options: OwnFeedOptions
  readonly #kept: KeptConnection
  #connection: RTCPeerConnection
  #senders = new Map<Source, LinkSender>()

  constructor(options: OwnFeedOptions) {
    this.#options = options
    this.#connection = this.#newConnection()
    this.#kept = new KeptConnection({
      make: async (signal) => await this.#make(signal),
      onState: (state) => options.onState(state),
      onFailed: (error) => options.onFailed(error),
    })
  }

  get connection(): RTCPeerConnection {
    return this.#connection
  }

  get senders(): readonly LinkSender[] {
    return [...this.#senders.values()]
  }

  sourceOf(mid: string): Source | undefined {
    return this.senders.find(({ sealed }) => sealed.transceiver.mid === mid)?.source
  }

  /** @throws RoomsError when the unit does not take it. */
  async start(): Promise<void> {
    await this.#kept.start()
  }

  /** @throws RoomsError `ROOMS_MEDIA_UNSUPPORTED` for what the browser refuses. */
  async send(source: Source, sending: Sending): Promise<void> {
    const sender = this.#senders.get(source)
    try {
      await sender?.send(sending)
    } catch (cause) {
      // A connection that was closed meanwhile sends nothing, and the one that comes next sends what is shared then.
      if (this.#senders.get(source) !== sender) return
      throw new RoomsError("ROOMS_MEDIA_UNSUPPORTED", `Cannot send ${source}: the browser refuses it`, { cause })
    }
  }

  async withdraw(source: Source): Promise<void> {
    await this.#senders.get(source)?.rest()
  }

  /** Nothing more leaves from this task on. @returns whether there was anything. */
  cutOff(): boolean {
    if (this.#senders.size === 0) return false
    this.#release()
    return true
  }

  /** Begins anew, as another feed. */
  restart(): void {
    this.#kept.restart()
  }

  stop(): void {
    this.#kept.stop()
    this.#release()
  }

  #newConnection(): RTCPeerConnection {
    return new RTCPeerConnection({ ...this.#options.configuration, bundlePolicy: "max-bundle" })
  }

  async #make(signal: AbortSignal): Promise<RTCPeerConnection> {
    const { session, sending, worker } = this.#options
    this.#release()
    const connection = this.#newConnection()
    this.#connection = connection
    this.#makeSenders(connection)
    for (const [source, wish] of sending()) void this.send(source, wish).catch(this.#options.onFailed)
    await connection.setLocalDescription()
    const offer = withoutAddresses(connection.localDescription?.sdp ?? "")
    const { feed, sdp } = await session.publish(offer, { signal })
    signal.throwIfAborted()
    await connection.setRemoteDescription({ type: "answer", sdp: incomingSdp(sdp) })
    const codecs = codecsOf(sdp)
    const mids: Record<string, Source> = {}
    for (const { source, sealed } of this.senders) {
      worker.nameCodecs(sealed.outgoing, codecs)
      if (sealed.transceiver.mid !== null) mids[sealed.transceiver.mid] = source
    }
    this.#options.onFeed(feed, mids)
    return connection
  }

  #makeSenders(connection: RTCPeerConnection): void {
    const { worker, codecs, leafIndex } = this.#options
    // What is heard and seen together, and the screen apart from it.
    const [person, screen] = [new MediaStream(), new MediaStream()]
    for (const source of sources) {
      const stream = source === "screen" ? screen : person
      this.#senders.set(source, new LinkSender({ connection, source, stream, codecs, worker, leafIndex }))
    }
  }

  #release(): void {
    this.#connection.close()
    for (const { sealed } of this.senders) {
      this.#options.worker.forget(sealed.outgoing)
      this.#options.worker.forget(sealed.incoming)
    }
    this.#senders = new Map()
  }
}
