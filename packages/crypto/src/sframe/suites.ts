import { sha256, sha512 } from "@noble/hashes/sha2.js"
import type { CHash } from "@noble/hashes/utils.js"
import { importGcmKey } from "../aes/gcm.ts"
import { importCtrHmacKey } from "./ctr-hmac.ts"

/** One key of a suite's AEAD, imported once for many frames. */
export interface FrameCipher {
  /** @returns ciphertext and tag. */
  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  /** @returns `undefined` when the tag does not hold. */
  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined>
}

/** A cipher suite (RFC 9605 section 4.5). */
export interface SFrameSuite {
  /** Its number in the IANA registry. */
  readonly id: number
  readonly hash: CHash
  /** Bytes of the AEAD's key; also what to ask an MLS exporter for. */
  readonly keyBytes: number
  importKey(key: Uint8Array): Promise<FrameCipher>
}

/** Suite 4, AES_128_GCM_SHA256_128: the one to take unless a peer wants another. */
export const sframeAes128Gcm: SFrameSuite = { id: 4, hash: sha256, keyBytes: 16, importKey: importGcmKey }

/** Suite 5, AES_256_GCM_SHA512_128. */
export const sframeAes256Gcm: SFrameSuite = { id: 5, hash: sha512, keyBytes: 32, importKey: importGcmKey }

/** Suite 1, AES_128_CTR_HMAC_SHA256_80: a tag of 10 bytes. */
export const sframeAes128CtrHmac80: SFrameSuite = /* @__PURE__ */ ctrHmac(1, sha256, 16, 10)

/** Suite 2, AES_128_CTR_HMAC_SHA256_64: a tag of 8 bytes. */
export const sframeAes128CtrHmac64: SFrameSuite = /* @__PURE__ */ ctrHmac(2, sha256, 16, 8)

/**
 * Suite 3, AES_128_CTR_HMAC_SHA256_32: a tag of 4 bytes, so one forged frame in 2^32 opens. For audio alone, and with
 * a limit on failures in the application.
 */
export const sframeAes128CtrHmac32: SFrameSuite = /* @__PURE__ */ ctrHmac(3, sha256, 16, 4)

/** AES_256_CTR_HMAC_SHA512_80, an extension of the working group's vectors: a tag of 10 bytes. */
export const sframeAes256CtrHmac80: SFrameSuite = /* @__PURE__ */ ctrHmac(6, sha512, 32, 10)

/** AES_256_CTR_HMAC_SHA512_64, an extension: a tag of 8 bytes. */
export const sframeAes256CtrHmac64: SFrameSuite = /* @__PURE__ */ ctrHmac(7, sha512, 32, 8)

/** AES_256_CTR_HMAC_SHA512_32, an extension: a tag of 4 bytes. See {@link sframeAes128CtrHmac32}. */
export const sframeAes256CtrHmac32: SFrameSuite = /* @__PURE__ */ ctrHmac(8, sha512, 32, 4)

function ctrHmac(id: number, hash: CHash, encryptionKeyBytes: number, tagBytes: number): SFrameSuite {
  return {
    id,
    hash,
    // The authentication key is as long as the hash (RFC 9605 section 4.5.1).
    keyBytes: encryptionKeyBytes + hash.outputLen,
    importKey: (key) => importCtrHmacKey(key, { hash, encryptionKeyBytes, tagBytes }),
  }
}
