import { MediaStream, type RTCPeerConnection, type RTCRtpSender, type RtpPacket } from "werift"
import type { Feed, PacketSink } from "./feed.ts"
import type { FeedSection } from "./feed-sections.ts"
import { describe, openUnitConnection, type UnitNetwork } from "./unit-connection.ts"

/** One person's connection on which they get what another sends. */
export class Watch implements PacketSink {
  readonly id: string
  readonly feed: Feed
  readonly connection: RTCPeerConnection
  readonly #senders = new Map<string, RTCRtpSender>()

  constructor(options: { readonly id: string; readonly feed: Feed; readonly network: UnitNetwork }) {
    this.id = options.id
    this.feed = options.feed
    this.connection = openUnitConnection(options.feed.sections, options.network)
    this.connection.connectionStateChange.subscribe((state) => {
      if (state === "connected") for (const { mid } of this.#pictures) this.feed.askForKeyFrame(mid)
    })
    this.feed.sinks.add(this)
  }

  /** @returns the offer, and which of the feed's sections each of its own is. */
  async offer(): Promise<{ sdp: string; mids: Readonly<Record<string, string>> }> {
    const { connection, feed } = this
    const transceivers = feed.sections.map(({ mid, kind, codec }) => {
      const theirs = feed.connection.getTransceivers().find((one) => one.mid === mid)?.receiver.remoteStreamId
      const streams = theirs === undefined ? [] : [new MediaStream({ id: theirs })]
      const transceiver = connection.addTransceiver(kind, { direction: "sendonly", streams })
      transceiver.setCodecPreferences([codec])
      transceiver.sender.onPictureLossIndication.subscribe(() => feed.askForKeyFrame(mid))
      this.#senders.set(mid, transceiver.sender)
      return { mid, transceiver }
    })
    await connection.setLocalDescription(await connection.createOffer())
    const mids = Object.fromEntries(transceivers.map(({ mid, transceiver }) => [transceiver.mid ?? "", mid]))
    return { sdp: describe(connection), mids }
  }

  /** @throws for what is no answer. */
  async accept(sdp: string): Promise<void> {
    if (sdp.match(/^m=/gmu)?.length !== this.feed.sections.length) throw new Error("an answer of other sections")
    await this.connection.setRemoteDescription({ type: "answer", sdp })
  }

  /** Passes a packet on as it is, but for what is of the connection alone: its extensions and padding. */
  pass(mid: string, packet: RtpPacket): void {
    const copy = packet.clone()
    copy.header.extensions = []
    copy.header.padding = false
    copy.header.paddingSize = 0
    // A connection that closes meanwhile takes nothing, and needs nothing.
    this.#senders
      .get(mid)
      ?.sendRtp(copy)
      .catch(() => undefined)
  }

  async close(): Promise<void> {
    this.feed.sinks.delete(this)
    await this.connection.close()
  }

  get #pictures(): readonly FeedSection[] {
    return this.feed.sections.filter(({ kind }) => kind === "video")
  }
}
