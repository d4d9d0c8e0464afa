import { sframeAes128Gcm, sframeMlsKeyId, sframeSender, type SFrameSender } from "@darkslide/crypto/sframe"
import { envelopes, type FrameCodec } from "./frame-codec.ts"
import type { EpochKey } from "./epoch-key.ts"

/** Seals what one member sends. One counter belongs to one key, so all tracks of a call go through one of these. */
export class FrameSealer {
  readonly #context: bigint
  #sender: SFrameSender | undefined
  #newest = -1n

  /** @param context - Tells apart the calls of one visit: each counts its frames from 0. */
  constructor(context: number) {
    this.#context = BigInt(context)
  }

  /** Seals under a newer epoch from now on. */
  async setEpoch({ epoch, leafIndex, baseKey }: EpochKey): Promise<void> {
    if (epoch <= this.#newest) return
    this.#newest = epoch
    const keyId = sframeMlsKeyId({ epoch, leafIndex, context: this.#context })
    const sender = await sframeSender({ suite: sframeAes128Gcm, keyId, baseKey })
    if (this.#newest === epoch) this.#sender = sender
  }

  /** Seals nothing until the next epoch comes. */
  pause(): void {
    this.#sender = undefined
  }

  /** @returns the whole frame in its envelope; `undefined` without a key: then nothing may be sent. */
  async seal(frame: Uint8Array, codec: FrameCodec, isKey: boolean): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const sender = this.#sender
    return sender && envelopes[codec].wrap(await sender.encrypt(frame), isKey)
  }
}
