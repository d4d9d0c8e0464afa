import { soundEncoderConfig, type SoundCodec } from "./sound-codec.ts"

/** Encoded sound, some milliseconds of it. Each plays by itself. */
export interface SoundPacket {
  readonly data: Uint8Array<ArrayBuffer>
  /** By the microphone's clock, from a start of its own. */
  readonly timestampUs: number
  readonly durationUs: number
  readonly config: AudioDecoderConfig
}

/** Samples may come this much early or late before the difference counts as lost, or surplus, sound. */
const toleranceUs = 20_000

/**
 * Sound in, packets out. Encoders count samples and take no notice of times, so that each sample that was lost would make
 * the sound run ahead of the picture: where the times leave the count, encoding begins anew at the right place.
 */
export class SoundEncoder {
  readonly #codec: SoundCodec
  readonly #encoder: AudioEncoder
  readonly #give: (packet: SoundPacket) => void
  #config: AudioDecoderConfig | undefined
  /** Where the next samples belong, and where the next packet does. */
  #samplesUntilUs = -Infinity
  #packetsUntilUs = -Infinity
  #format = ""

  constructor(
    codec: SoundCodec,
    handlers: { readonly give: (packet: SoundPacket) => void; readonly fail: (error: Error) => void },
  ) {
    this.#codec = codec
    this.#give = handlers.give
    this.#encoder = new AudioEncoder({ output: (...args) => this.#output(...args), error: handlers.fail })
  }

  /**
   * Takes samples of that time; closing them stays the caller's. Wait for it before the next.
   * @throws Error when the microphone changes its sample rate or channels: one file holds one kind of sound.
   */
  async encode(samples: AudioData, timestampUs: number): Promise<void> {
    this.#configure(samples)
    const surplusUs = this.#samplesUntilUs - timestampUs
    if (surplusUs > toleranceUs) return
    if (surplusUs < -toleranceUs) {
      await this.#encoder.flush()
      this.#samplesUntilUs = timestampUs
      this.#packetsUntilUs = Math.max(timestampUs, this.#packetsUntilUs)
    }
    this.#samplesUntilUs += (samples.numberOfFrames / samples.sampleRate) * 1e6
    this.#encoder.encode(samples)
  }

  /** Resolves once all samples that were taken came out. */
  async flush(): Promise<void> {
    if (this.#encoder.state === "configured") await this.#encoder.flush()
  }

  close(): void {
    if (this.#encoder.state !== "closed") this.#encoder.close()
  }

  #configure({ sampleRate, numberOfChannels }: AudioData): void {
    const format = `${numberOfChannels} channels at ${sampleRate} Hz`
    if (this.#format === format) return
    if (this.#format !== "") throw new Error(`the microphone changed from ${this.#format} to ${format}`)
    this.#format = format
    this.#encoder.configure(soundEncoderConfig(this.#codec, { sampleRate, numberOfChannels }))
  }

  #output(chunk: EncodedAudioChunk, metadata: EncodedAudioChunkMetadata | undefined): void {
    this.#config ??= metadata?.decoderConfig
    if (!this.#config) return
    const data = new Uint8Array(chunk.byteLength)
    chunk.copyTo(data)
    const durationUs = chunk.duration ?? (this.#codec === "opus" ? 20_000 : (1024 / this.#config.sampleRate) * 1e6)
    this.#give({ data, timestampUs: this.#packetsUntilUs, durationUs, config: this.#config })
    this.#packetsUntilUs += durationUs
  }
}
