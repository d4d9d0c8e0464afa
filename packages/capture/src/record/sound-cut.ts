import { EncodedAudioPacketSource, EncodedPacket, type Output } from "mediabunny"
import type { ClipAudio } from "./recorder.ts"
import type { SoundCodec } from "./sound-codec.ts"
import type { SoundPacket } from "./sound-encoder.ts"

/** Silence that nobody hears, in microseconds: what lies between two packets, or between picture and sound. */
const unheardUs = 40_000

/** The sound of a clip or a segment: what begins within its picture. */
export class SoundCut {
  readonly #codec: SoundCodec
  readonly #packets: readonly SoundPacket[]
  readonly #startUs: number
  readonly #endUs: number
  #source: EncodedAudioPacketSource | undefined

  /** Start and end by the microphone's clock. */
  constructor(codec: SoundCodec, packets: readonly SoundPacket[], range: { startUs: number; endUs: number }) {
    this.#codec = codec
    this.#packets = packets
    this.#startUs = range.startUs
    this.#endUs = range.endUs
  }

  get audio(): ClipAudio | undefined {
    if (this.#packets.length === 0) return undefined
    let [missingUs, untilUs] = [0, this.#startUs]
    for (const { timestampUs, durationUs } of [...this.#packets, { timestampUs: this.#endUs, durationUs: 0 }]) {
      const gapUs = timestampUs - untilUs
      if (gapUs > unheardUs) missingUs += gapUs
      untilUs = timestampUs + durationUs
    }
    return { codec: this.#codec, missingSeconds: missingUs / 1e6 }
  }

  /** Before the output starts. A file without sound gets no track for it. */
  addTrack(output: Output): void {
    if (this.#packets.length === 0) return
    this.#source = new EncodedAudioPacketSource(this.#codec)
    output.addAudioTrack(this.#source)
  }

  /** After it started, and before it ends. */
  async write(): Promise<void> {
    for (const [index, { data, timestampUs, durationUs, config }] of this.#packets.entries()) {
      // The file ends with its picture: that is where the next segment begins.
      const heardUs = Math.min(durationUs, this.#endUs - timestampUs)
      const packet = new EncodedPacket(data, "key", (timestampUs - this.#startUs) / 1e6, heardUs / 1e6)
      await this.#source?.add(packet, index === 0 ? { decoderConfig: config } : undefined)
    }
  }
}
