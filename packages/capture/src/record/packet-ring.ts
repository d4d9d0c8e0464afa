/** One encoded frame. Its bytes are never changed: ring, clips and segments share them. */
export interface Packet {
  readonly data: Uint8Array<ArrayBuffer>
  readonly isKey: boolean
  /** By the camera's clock, from a start of its own. */
  readonly timestampUs: number
  /** When the frame arrived, in milliseconds since 1970. */
  readonly at: number
  /** Frames between the one before and this one that the encoder could not take. */
  readonly droppedBefore: number
  readonly config: VideoDecoderConfig
  /** A small JPEG of this frame, where one was made. */
  readonly thumbnail?: Promise<Blob | undefined> | undefined
}

/** Until when packets last, by their clock: where nobody knows, the last one lasts as long as the one before. */
export function endOf(packets: readonly Packet[], endUs: number | undefined): number {
  const last = packets.at(-1)?.timestampUs ?? 0
  return endUs ?? last + (last - (packets.at(-2)?.timestampUs ?? last) || 1e6 / 30)
}

/**
 * The last seconds of a camera as encoded packets, in whole groups of pictures: it always begins with a key frame, so that
 * whatever is cut from it at one plays.
 */
export class PacketRing {
  readonly #keepMs: number
  readonly #maxBytes: number
  #packets: Packet[] = []
  #bytes = 0

  /** Keeps at least `keepSeconds` once they have passed, unless they take more than `maxBytes`. */
  constructor(options: { readonly keepSeconds: number; readonly maxBytes: number }) {
    this.#keepMs = options.keepSeconds * 1000
    this.#maxBytes = options.maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get packets(): readonly Packet[] {
    return this.#packets
  }

  /** Packets before the first key frame are of no use and are not kept. */
  push(packet: Packet): void {
    if (this.#packets.length === 0 && !packet.isKey) return
    this.#packets.push(packet)
    this.#bytes += packet.data.length
    this.#evict(packet.at)
  }

  /**
   * From the last key frame that had arrived by `at` (milliseconds since 1970) to the newest packet; from the oldest when
   * none had.
   */
  since(at: number): readonly Packet[] {
    const start = this.#packets.findLastIndex((packet) => packet.isKey && packet.at <= at)
    return this.#packets.slice(Math.max(0, start))
  }

  /** Whole groups from the old end, never the newest one. */
  #evict(now: number): void {
    for (;;) {
      const second = this.#packets.findIndex((packet, index) => index > 0 && packet.isKey)
      const next = this.#packets[second]
      if (!next) return
      if (now - next.at < this.#keepMs && this.#bytes <= this.#maxBytes) return
      for (const gone of this.#packets.splice(0, second)) this.#bytes -= gone.data.length
    }
  }
}
