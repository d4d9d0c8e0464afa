import { concatBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "../errors.ts"
import { encodeSFrameHeader } from "./header.ts"
import { deriveFrameKey, frameNonce, type FrameKey } from "./key-schedule.ts"
import type { SFrameSuite } from "./suites.ts"

export interface SFrameSender {
  readonly keyId: bigint
  /**
   * Encrypts one frame: header, ciphertext, tag. May be called again before the last call is done: each takes its own
   * counter at once.
   * @param frame - Read, never changed; not to be changed until the promise is settled.
   * @param options.metadata - Authenticated with the frame but not sent in it; the receiver must give the same.
   * @throws CryptoError `CRYPTO_LIMIT_EXCEEDED` once 2^32 frames were encrypted: it takes a new key then.
   */
  encrypt(frame: Uint8Array, options?: { readonly metadata?: Uint8Array | undefined }): Promise<Uint8Array>
}

export interface SFrameSenderOptions {
  readonly suite: SFrameSuite
  /** 0 to 2^64 - 1. */
  readonly keyId: bigint
  /** 16 bytes or more, of one sender and for encrypting alone. */
  readonly baseKey: Uint8Array
}

/** Frames that one key encrypts. Two years of 60 frames a second, and far from what any of the suites can bear. */
const maxFrames = 2n ** 32n

/**
 * Encrypts the frames of one sender (SFrame, RFC 9605). The sender counts its frames itself and starts at 0, so **a base
 * key is given to one sender, once**: after a restart of the worker that held it, take a new one.
 *
 * @example
 * ```ts
 * import { sframeAes128Gcm, sframeKeyRing, sframeReceiver, sframeSender } from "@darkslide/crypto/sframe"
 *
 * const baseKey = crypto.getRandomValues(new Uint8Array(16))
 * const sender = await sframeSender({ suite: sframeAes128Gcm, keyId: 3n, baseKey })
 * const sealed = await sender.encrypt(new Uint8Array([1, 2, 3]))
 *
 * const keys = sframeKeyRing(sframeAes128Gcm)
 * await keys.set(3n, baseKey)
 * const { frame, keyId, counter } = await sframeReceiver(keys).decrypt(sealed)
 * assert.deepEqual(frame, new Uint8Array([1, 2, 3]))
 * assert.deepEqual([keyId, counter], [3n, 0n])
 * ```
 */
export async function sframeSender({ suite, keyId, baseKey }: SFrameSenderOptions): Promise<SFrameSender> {
  return senderFrom(await deriveFrameKey(suite, keyId, baseKey), { first: 0n, limit: maxFrames })
}

/** As {@link sframeSender}, with the counters from `first` up to `limit`, which is the first refused: for tests. */
export function senderFrom(key: FrameKey, { first, limit }: { first: bigint; limit: bigint }): SFrameSender {
  let next = first
  return {
    keyId: key.keyId,
    async encrypt(frame, { metadata } = {}) {
      if (next >= limit)
        throw new CryptoError("CRYPTO_LIMIT_EXCEEDED", `Cannot encrypt frame: this key has encrypted ${limit} frames`)
      const counter = next++
      const header = encodeSFrameHeader({ keyId: key.keyId, counter })
      const additionalData = metadata ? concatBytes(header, metadata) : header
      const sealed = await key.cipher.seal(frameNonce(key.salt, counter), additionalData, frame)
      const bytes = new Uint8Array(header.length + sealed.length)
      bytes.set(header)
      bytes.set(sealed, header.length)
      return bytes
    },
  }
}
