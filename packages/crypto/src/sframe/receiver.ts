import { concatBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "../errors.ts"
import { decodeSFrameHeader } from "./header.ts"
import { frameNonce, type FrameKey } from "./key-schedule.ts"

/** A key that a frame may have been encrypted with. */
export interface SFrameCandidate {
  readonly key: FrameKey
  /** Called after the frame's tag has held, and only then: a place to keep what was derived for it. */
  accept?(): void
}

/** Where a receiver finds the key for a key id: `sframeKeyRing`, `sframeRatchetKeys`, `sframeMlsKeys`. */
export interface SFrameKeySource {
  find(keyId: bigint): SFrameCandidate | undefined | Promise<SFrameCandidate | undefined>
}

export interface OpenedFrame {
  readonly frame: Uint8Array
  /** Which key encrypted it. Whoever holds that key can have done so, not its sender alone. */
  readonly keyId: bigint
  /** For the application's replay window: frames come in any order, and the same frame opens twice. */
  readonly counter: bigint
}

export interface SFrameReceiver {
  /**
   * Opens one frame.
   * @throws CryptoError `CRYPTO_MALFORMED` for a header that is none; `CRYPTO_NO_IDENTITY_MATCHED` when no key has its
   * key id (the key may be on its way: hold a bounded number of such frames and try again);
   * `CRYPTO_AUTHENTICATION_FAILED` when its tag does not hold: drop it.
   */
  decrypt(frame: Uint8Array, options?: { readonly metadata?: Uint8Array | undefined }): Promise<OpenedFrame>
}

/** Decrypts the frames of any number of senders (SFrame, RFC 9605). */
export function sframeReceiver(keys: SFrameKeySource): SFrameReceiver {
  return {
    async decrypt(frame, { metadata } = {}) {
      const { keyId, counter, length } = decodeSFrameHeader(frame)
      const candidate = await keys.find(keyId)
      if (!candidate)
        throw new CryptoError("CRYPTO_NO_IDENTITY_MATCHED", `Cannot open frame: no key has the key id ${keyId}`)
      const { cipher, salt } = candidate.key
      // The header stands in the additional data as it was received: decoding refused all but one form of it.
      const header = frame.subarray(0, length)
      const additionalData = metadata ? concatBytes(header, metadata) : header
      const opened = await cipher.open(frameNonce(salt, counter), additionalData, frame.subarray(length))
      if (!opened) throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot open frame: tag does not hold")
      candidate.accept?.()
      return { frame: opened, keyId, counter }
    },
  }
}
