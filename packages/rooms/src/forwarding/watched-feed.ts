import type { MediaLink, PathOptions } from "../media/call-path.ts"
import { sources, type Description, type Source, type SourceStates } from "../media/call-signal.ts"
import type { LinkState } from "../media/ice-restarts.ts"
import type { Received } from "../media/peer-link.ts"
import { sealTransceiver, type SealedTransceiver } from "../media/sealed-transceiver.ts"
import { codecsOf, incomingSdp } from "../media/session-description.ts"
import type { UnitSession } from "./forwarding-unit.ts"
import { KeptConnection } from "./kept-connection.ts"
import { withoutAddresses } from "./without-addresses.ts"

export interface WatchedFeedOptions extends Pick<PathOptions, "worker" | "configuration"> {
  readonly session: UnitSession
  /** Whose feed it is: only this leaf's frames are opened. */
  readonly leafIndex: number
  onReceived(received: Received): void
  onEnded(received: Received): void
  onState(state: LinkState): void
  onFailed(error: unknown): void
}

/** Where to find what somebody sends. */
export interface FeedPlace {
  readonly feed: string
  readonly mids: Description["mids"]
}

interface Section {
  readonly track: MediaStreamTrack
  readonly sealed: SealedTransceiver
}

/** What one person sends, from the unit: a connection of its own, so that nobody else's frames open on it. */
export class WatchedFeed implements MediaLink {
  readonly senders: readonly never[] = []
  readonly #options: WatchedFeedOptions
  readonly #kept: KeptConnection
  readonly #received = new Map<Source, Received>()
  #connection: RTCPeerConnection
  #sections = new Map<RTCRtpTransceiver, Section>()
  /** Which source each section of the present connection is. */
  #mids: Readonly<Record<string, Source>> = {}
  #streams = { person: new MediaStream(), screen: new MediaStream() }
  #place: FeedPlace
  #states: SourceStates
  #watch: string | undefined

  constructor(place: FeedPlace, states: SourceStates, options: WatchedFeedOptions) {
    this.#place = place
    this.#states = states
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

  get received(): readonly Received[] {
    return [...this.#received.values()]
  }

  sourceOf(mid: string): Source | undefined {
    return this.#mids[mid]
  }

  start(): void {
    this.#kept.startLater()
  }

  /** They send elsewhere from now on. */
  move(place: FeedPlace): void {
    if (place.feed === this.#place.feed) return
    this.#place = place
    this.#kept.restart()
  }

  /** Which sources they say that they send: others are not shown. */
  show(states: SourceStates): void {
    this.#states = states
    this.#compare()
  }

  /** Shows nothing of it any more. @returns whether there was anything. */
  cutOff(): boolean {
    if (this.#sections.size === 0) return false
    this.#release()
    return true
  }

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
    const { session, worker, leafIndex } = this.#options
    this.#release()
    const place = this.#place
    const connection = this.#newConnection()
    this.#connection = connection
    connection.ontrack = ({ transceiver, track }) => {
      // In this task, before anything else, and once. See [Note: Why transforms come first].
      const sealed = this.#sections.get(transceiver)?.sealed ?? sealTransceiver(transceiver, worker, leafIndex)
      this.#sections.set(transceiver, { track, sealed })
    }
    const { watch, sdp, mids } = await session.watch(place.feed, { signal })
    this.#watch = watch
    signal.throwIfAborted()
    await connection.setRemoteDescription({ type: "offer", sdp: incomingSdp(sdp) })
    await connection.setLocalDescription()
    const codecs = codecsOf(sdp)
    for (const { sealed } of this.#sections.values()) worker.nameCodecs(sealed.incoming, codecs)
    this.#mids = sourcesOf(mids, place.mids)
    this.#compare()
    await session.answer(watch, withoutAddresses(connection.localDescription?.sdp ?? ""), { signal })
    return connection
  }

  /** Compares what they say that they send with what is received. */
  #compare(): void {
    for (const source of sources) {
      const known = this.#received.get(source)
      const section = this.#states[source] === undefined ? undefined : this.#sectionOf(source)
      if (known && !section) this.#end(known)
      else if (section && !known) this.#begin(source, section)
    }
  }

  #sectionOf(source: Source): Section | undefined {
    for (const [{ mid }, section] of this.#sections) if (mid !== null && this.#mids[mid] === source) return section
    return undefined
  }

  #begin(source: Source, { track, sealed }: Section): void {
    const stream = this.#streams[source === "screen" ? "screen" : "person"]
    stream.addTrack(track)
    const received = { source, track, stream, sealed }
    this.#received.set(source, received)
    this.#options.onReceived(received)
  }

  #end(received: Received): void {
    this.#received.delete(received.source)
    received.stream.removeTrack(received.track)
    this.#options.onEnded(received)
  }

  #release(): void {
    this.#connection.close()
    for (const received of this.received) this.#end(received)
    for (const { sealed } of this.#sections.values()) {
      this.#options.worker.forget(sealed.outgoing)
      this.#options.worker.forget(sealed.incoming)
    }
    this.#sections = new Map()
    this.#mids = {}
    this.#streams = { person: new MediaStream(), screen: new MediaStream() }
    this.#unwatch()
  }

  #unwatch(): void {
    const watch = this.#watch
    this.#watch = undefined
    if (watch === undefined) return
    const signal = AbortSignal.timeout(5000)
    // A unit that does not hear of it forgets the connection by itself.
    this.#options.session.unwatch(watch, { signal }).catch(() => undefined)
  }
}

/** By a connection's own sections: those of the feed, as the unit says, and their sources, as their sender says. */
function sourcesOf(
  mids: Readonly<Record<string, string>>,
  feed: Description["mids"],
): Readonly<Record<string, Source>> {
  return Object.fromEntries(
    Object.entries(mids).flatMap(([mid, theirs]): [string, Source][] => {
      const source = feed[theirs]
      return source === undefined ? [] : [[mid, source]]
    }),
  )
}
