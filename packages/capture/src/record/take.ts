import type { Packet } from "./packet-ring.ts"

export interface TakeLimits {
  /** When it was asked for, in milliseconds since 1970. */
  readonly triggeredAt: number
  /** Seconds after the trigger. */
  readonly maxSeconds: number
  readonly maxBytes: number
  /** Absent: one piece. */
  readonly segmentSeconds: number | undefined
}

/** Why a recording is over: asked to, its limits, or the camera stopped. */
export type EndedBy = "stop" | "max-seconds" | "max-bytes" | "camera"

/** A run of packets that begins with a key frame and is to be a file. */
export interface Piece {
  readonly packets: readonly Packet[]
  readonly index: number
  readonly isLast: boolean
  /** When the next piece begins, so that nothing lies between; `undefined` for the last. */
  readonly endUs: number | undefined
}

/** The packets of one recording, cut into segments at key frames. */
export class Take {
  readonly limits: TakeLimits
  readonly #packets: Packet[] = []
  #segmentStart = 0
  #segmentIndex = 0
  #bytes = 0
  #endedBy: EndedBy | undefined

  constructor(limits: TakeLimits) {
    this.limits = limits
  }

  get packets(): readonly Packet[] {
    return this.#packets
  }

  get bytes(): number {
    return this.#bytes
  }

  /** `undefined` while it goes on. */
  get endedBy(): EndedBy | undefined {
    return this.#endedBy
  }

  /** Takes the next packet, or ends before it. @returns the segment that it closes. */
  push(packet: Packet): Piece | undefined {
    if (this.#endedBy !== undefined || (this.#packets.length === 0 && !packet.isKey)) return undefined
    const { triggeredAt, maxSeconds, maxBytes } = this.limits
    if (packet.at > triggeredAt + maxSeconds * 1000) return this.end("max-seconds")
    if (this.#bytes + packet.data.length > maxBytes) return this.end("max-bytes")
    const closed = this.#isSegmentFull(packet) ? this.#cut(packet.timestampUs) : undefined
    this.#packets.push(packet)
    this.#bytes += packet.data.length
    return closed
  }

  /** Ends it with what it has. @returns the last segment, where it is cut into some. */
  end(endedBy: EndedBy): Piece | undefined {
    if (this.#endedBy !== undefined) return undefined
    this.#endedBy = endedBy
    return this.limits.segmentSeconds === undefined || this.#packets.length === 0 ? undefined : this.#cut(undefined)
  }

  #isSegmentFull(packet: Packet): boolean {
    const { segmentSeconds } = this.limits
    const first = this.#packets[this.#segmentStart]
    if (segmentSeconds === undefined || !first || !packet.isKey) return false
    return packet.timestampUs - first.timestampUs >= segmentSeconds * 1e6
  }

  #cut(endUs: number | undefined): Piece {
    const packets = this.#packets.slice(this.#segmentStart)
    const piece = { packets, index: this.#segmentIndex, isLast: endUs === undefined, endUs }
    this.#segmentStart = this.#packets.length
    this.#segmentIndex++
    return piece
  }
}
