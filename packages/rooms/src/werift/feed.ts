import type { MediaStreamTrack, RTCPeerConnection, RtpPacket } from "werift"
import type { FeedSection } from "./feed-sections.ts"
import { describe, openUnitConnection, type UnitNetwork } from "./unit-connection.ts"

/** A packet as the unit sees it. */
export interface ForwardedPacket {
  readonly feed: string
  readonly mid: string
  readonly payload: Uint8Array
  readonly timestamp: number
  /** Whether it is the last one of a frame. */
  readonly isLast: boolean
}

/** Takes packets of a section. */
export interface PacketSink {
  pass(mid: string, packet: RtpPacket): void
}

/** Between two requests to one sender for a key frame, in milliseconds: several who watch ask at once. */
const keyFrameEveryMs = 300

/** What one person sends, and those who watch it. */
export class Feed {
  readonly id: string
  readonly connection: RTCPeerConnection
  readonly sections: readonly FeedSection[]
  /** Where its packets go. */
  readonly sinks: Set<PacketSink> = new Set()
  readonly #carried = new Set<MediaStreamTrack>()
  readonly #onPacket: ((packet: ForwardedPacket) => void) | undefined
  /** When each section's sender was asked for a key frame, and is to be again. */
  readonly #asked = new Map<string, { at: number; timer: ReturnType<typeof setTimeout> | undefined }>()

  constructor(options: {
    readonly id: string
    readonly sections: readonly FeedSection[]
    readonly network: UnitNetwork
    readonly onPacket: ((packet: ForwardedPacket) => void) | undefined
  }) {
    this.id = options.id
    this.sections = options.sections
    this.#onPacket = options.onPacket
    this.connection = openUnitConnection(options.sections, options.network)
  }

  /** @returns the answer. */
  async accept(sdp: string): Promise<string> {
    const { connection } = this
    connection.onRemoteTransceiverAdded.subscribe((transceiver) => {
      transceiver.onTrack.subscribe((track) => this.#carry(transceiver.mid ?? "", track))
    })
    await connection.setRemoteDescription({ type: "offer", sdp })
    for (const transceiver of connection.getTransceivers()) transceiver.setDirection("recvonly")
    await connection.setLocalDescription(await connection.createAnswer())
    for (const { mid, receiver } of connection.getTransceivers())
      for (const track of receiver.tracks) this.#carry(mid ?? "", track)
    return describe(connection)
  }

  /** Asks the sender for a key frame of a section, now or soon. */
  askForKeyFrame(mid: string): void {
    const asked = this.#asked.get(mid) ?? { at: Number.NEGATIVE_INFINITY, timer: undefined }
    this.#asked.set(mid, asked)
    const wait = asked.at + keyFrameEveryMs - performance.now()
    if (asked.timer !== undefined) return
    const ask = (): void => {
      asked.timer = undefined
      asked.at = performance.now()
      const receiver = this.connection.getTransceivers().find((one) => one.mid === mid)?.receiver
      const ssrc = receiver?.tracks[0]?.ssrc
      if (receiver && ssrc !== undefined) void receiver.sendRtcpPLI(ssrc)
    }
    if (wait <= 0) ask()
    else asked.timer = setTimeout(ask, wait)
  }

  async close(): Promise<void> {
    for (const { timer } of this.#asked.values()) clearTimeout(timer)
    await this.connection.close()
  }

  #carry(mid: string, track: MediaStreamTrack): void {
    if (this.#carried.has(track)) return
    this.#carried.add(track)
    track.onReceiveRtp.subscribe((packet) => {
      const { payload, header } = packet
      this.#onPacket?.({ feed: this.id, mid, payload, timestamp: header.timestamp, isLast: header.marker })
      for (const sink of this.sinks) sink.pass(mid, packet)
    })
  }
}
