import { codecString, defaultBitrate, type PictureRate } from "./clip-format.ts"
import { FrameTimes } from "./frame-times.ts"
import type { Packet } from "./packet-ring.ts"
import type { RingSettings } from "./recorder-messages.ts"

/** Frames that may wait for the encoder. What comes on top is dropped, and counted. */
const maxWaiting = 8

interface Arrived {
  readonly at: number
  readonly droppedBefore: number
  readonly thumbnail: Promise<Blob | undefined> | undefined
}

/** Frames in, packets out, with a key frame every so often and nothing lost without being counted. */
export class FrameEncoder {
  readonly #settings: RingSettings
  readonly #encoder: VideoEncoder
  readonly #give: (packet: Packet) => void
  readonly #arrived = new Map<number, Arrived>()
  readonly #times = new FrameTimes()
  #config: VideoDecoderConfig | undefined
  #lastKeyUs = -Infinity
  #dropped = 0

  /** @param size - Of the first frame; later ones are scaled to it by the encoder. */
  constructor(
    settings: RingSettings,
    size: { readonly width: number; readonly height: number },
    handlers: { readonly give: (packet: Packet) => void; readonly fail: (error: Error) => void },
  ) {
    this.#settings = settings
    this.#give = handlers.give
    this.#encoder = new VideoEncoder({ output: (...args) => this.#output(...args), error: handlers.fail })
    this.#encoder.configure(encoderConfig(settings, { ...size, frameRate: settings.frameRate }))
  }

  /** Whether a frame of this time should be a key frame. */
  isKeyDue(timestampUs: number): boolean {
    return timestampUs - this.#lastKeyUs >= this.#settings.keyFrameSeconds * 1e6
  }

  /**
   * Takes a frame; closing it stays the caller's.
   * @param at - When it arrived, in milliseconds since 1970.
   * @returns its time; `undefined` when it is dropped.
   */
  encode(frame: VideoFrame, at: number, thumbnail: Promise<Blob | undefined> | undefined): number | undefined {
    const timestamp = this.#encoder.encodeQueueSize > maxWaiting ? undefined : this.#times.next(frame.timestamp)
    if (timestamp === undefined) {
      this.#dropped++
      return undefined
    }
    const keyFrame = this.isKeyDue(timestamp)
    if (keyFrame) this.#lastKeyUs = timestamp
    this.#arrived.set(timestamp, { at, droppedBefore: this.#dropped, thumbnail })
    this.#dropped = 0
    if (timestamp === frame.timestamp) this.#encoder.encode(frame, { keyFrame })
    else this.#encodeAt(timestamp, frame, keyFrame)
    return timestamp
  }

  #encodeAt(timestamp: number, frame: VideoFrame, keyFrame: boolean): void {
    const moved = new VideoFrame(frame, { timestamp })
    this.#encoder.encode(moved, { keyFrame })
    moved.close()
  }

  /** Resolves once every frame that was taken came out. */
  async flush(): Promise<void> {
    if (this.#encoder.state === "configured") await this.#encoder.flush()
  }

  close(): void {
    if (this.#encoder.state !== "closed") this.#encoder.close()
  }

  #output(chunk: EncodedVideoChunk, metadata: EncodedVideoChunkMetadata | undefined): void {
    this.#config = metadata?.decoderConfig ?? this.#config
    const arrived = this.#arrived.get(chunk.timestamp)
    if (!arrived || !this.#config) return
    const data = new Uint8Array(chunk.byteLength)
    chunk.copyTo(data)
    this.#give({
      data,
      isKey: chunk.type === "key",
      timestampUs: chunk.timestamp,
      at: arrived.at,
      droppedBefore: arrived.droppedBefore + this.#skippedBefore(chunk.timestamp),
      config: this.#config,
      thumbnail: arrived.thumbnail,
    })
  }

  /** Frames that went in and never came out: a realtime encoder may leave some out to keep to its bitrate. */
  #skippedBefore(timestampUs: number): number {
    let skipped = 0
    for (const [earlier, { droppedBefore }] of this.#arrived) {
      if (earlier > timestampUs) break
      this.#arrived.delete(earlier)
      if (earlier < timestampUs) skipped += 1 + droppedBefore
    }
    return skipped
  }
}

/** Sizes are made even: 4:2:0 has one colour for two pixels. */
export function encoderConfig(
  settings: Pick<RingSettings, "format" | "bitrate">,
  picture: PictureRate,
): VideoEncoderConfig {
  const { codec } = settings.format
  const width = picture.width & ~1
  const height = picture.height & ~1
  return {
    codec: codecString(codec, picture),
    width,
    height,
    framerate: picture.frameRate,
    bitrate: settings.bitrate ?? defaultBitrate(picture),
    latencyMode: "realtime",
    ...(codec === "avc" ? { avc: { format: "avc" } } : {}),
  }
}
