import { frameCodecOf, type FrameCodec } from "./frame-codec.ts"
import type { FrameOpener, FrameRefusal } from "./frame-opener.ts"
import type { FrameSealer } from "./frame-sealer.ts"
import type { PipeCounts, PipeDirection, PipeOptions } from "./worker-messages.ts"

/** An encoded frame, as browsers give it to a transform. */
export interface EncodedFrame {
  data: ArrayBuffer
  /** `key` or `delta`; of video alone. */
  readonly type?: string
  getMetadata(): { readonly mimeType?: string; readonly payloadType?: number }
}

/** The browser's end of a pipe: `RTCRtpScriptTransformer`. */
export interface FrameTransformer {
  readonly readable: ReadableStream<EncodedFrame>
  readonly writable: WritableStream<EncodedFrame>
  readonly options: PipeOptions
  generateKeyFrame?(): Promise<unknown>
  sendKeyFrameRequest?(): Promise<unknown>
}

export interface PumpListener {
  onUnknownCodec(mimeType: string): void
  /** A frame as it leaves. */
  onWire(bytes: Uint8Array<ArrayBuffer>, isKey: boolean): void
}

type Refusal = FrameRefusal | "no_key" | "unknown_codec"

/** Carries the frames of one pipe. A frame that cannot be sealed or opened goes nowhere. */
export class FramePump {
  readonly direction: PipeDirection
  readonly #transformer: FrameTransformer
  readonly #sealer: FrameSealer
  readonly #opener: FrameOpener
  readonly #listener: PumpListener
  readonly #counts = { seen: 0, passed: 0, bytesIn: 0, bytesOut: 0 }
  readonly #refused = new Map<Refusal, number>()
  #codecs: Readonly<Record<number, string>> = {}
  #isBroken = false

  constructor(
    transformer: FrameTransformer,
    crypto: { sealer: FrameSealer; opener: FrameOpener },
    listener: PumpListener,
  ) {
    this.direction = transformer.options.direction
    this.#transformer = transformer
    this.#sealer = crypto.sealer
    this.#opener = crypto.opener
    this.#listener = listener
  }

  get counts(): PipeCounts {
    return { ...this.#counts, refused: Object.fromEntries(this.#refused) }
  }

  /** Names codecs by payload type, for browsers whose frames do not. */
  set codecs(codecs: Readonly<Record<number, string>>) {
    this.#codecs = codecs
  }

  /** Carries frames until the stream ends. */
  async run(): Promise<void> {
    const transform = new TransformStream<EncodedFrame, EncodedFrame>({
      transform: async (frame, controller) => {
        this.#counts.seen++
        // An empty frame says that there is nothing to say: no picture, no sound.
        if (frame.data.byteLength === 0 || (await this.#work(frame))) controller.enqueue(frame)
      },
    })
    await this.#transformer.readable.pipeThrough(transform).pipeTo(this.#transformer.writable)
  }

  /** A sender makes a key frame, so that nobody waits for one under the new key. */
  refresh(): void {
    if (this.direction === "seal") this.#quietly(this.#transformer.generateKeyFrame?.())
    else if (this.#isBroken) this.#quietly(this.#transformer.sendKeyFrameRequest?.())
    this.#isBroken = false
  }

  async #work(frame: EncodedFrame): Promise<boolean> {
    const { mimeType, payloadType = -1 } = frame.getMetadata()
    const name = mimeType ?? this.#codecs[payloadType]
    const codec = frameCodecOf(name)
    if (!codec) {
      if (!this.#refused.has("unknown_codec")) this.#listener.onUnknownCodec(name ?? "")
      return this.#refuse("unknown_codec")
    }
    const { byteLength } = frame.data
    const data = this.direction === "seal" ? await this.#seal(frame, codec) : await this.#open(frame, codec)
    if (!data) return false
    frame.data = data
    this.#counts.passed++
    this.#counts.bytesIn += byteLength
    this.#counts.bytesOut += data.byteLength
    return true
  }

  async #seal(frame: EncodedFrame, codec: FrameCodec): Promise<ArrayBuffer | undefined> {
    const isKey = frame.type === "key"
    const sealed = await this.#sealer.seal(new Uint8Array(frame.data), codec, isKey)
    if (!sealed) return void this.#refuse("no_key")
    this.#listener.onWire(sealed, isKey)
    return sealed.buffer
  }

  async #open(frame: EncodedFrame, codec: FrameCodec): Promise<ArrayBuffer | undefined> {
    const outcome = await this.#opener.open(new Uint8Array(frame.data), codec, this.#transformer.options.leafIndex)
    if ("refused" in outcome) return void this.#refuse(outcome.refused)
    // Once a frame was left out, what follows cannot be decoded.
    if (this.#isBroken) this.refresh()
    // A view into a larger buffer would end the pipe.
    return outcome.frame.slice().buffer
  }

  #refuse(why: Refusal): false {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1)
    this.#isBroken = this.#isBroken || why === "unknown_key" || why === "no_key"
    return false
  }

  /** Asked of a stream that is not running, or of sound: then there is nothing to refresh. */
  #quietly(asked: Promise<unknown> | undefined): void {
    asked?.catch(() => undefined)
  }
}
