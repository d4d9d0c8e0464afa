import { hkdf } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { chacha20poly1305 } from "@noble/ciphers/chacha.js"
import { toUtf8 } from "../bytes/utf8.ts"
import { domains } from "../domains.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"

/** Bytes of a file key (age section "File key"). */
export const fileKeyBytes = 16

/** Bytes of the nonce at the start of every payload. */
export const payloadNonceBytes = 16

const zeroNonce = new Uint8Array(12)

/** A new file key: 16 random bytes, for one file. Several payloads may stand under it, each with its own nonce. */
export function generateFileKey(): Uint8Array {
  return randomBytes(fileKeyBytes)
}

export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hkdf(sha256, fileKey, nonce, toUtf8("payload"), 32)
}

export function headerMacKey(fileKey: Uint8Array): Uint8Array {
  return hkdf(sha256, fileKey, undefined, toUtf8("header"), 32)
}

/**
 * A value that only this file key gives, to be signed beside a payload: without it, one ciphertext can be made to open
 * under two keys, to two pictures (ChaCha20-Poly1305 does not commit to its key).
 * HKDF-SHA-256(file key, salt = the payload's nonce, info = "darkslide/v1/commit"), 32 bytes.
 */
export function keyCommitment(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hkdf(sha256, fileKey, nonce, toUtf8(domains.keyCommitment), 32)
}

/** Wraps a file key under a key that is used for nothing else, hence the nonce of zeros. 32 bytes. */
export function wrapFileKey(wrapKey: Uint8Array, fileKey: Uint8Array): Uint8Array {
  return chacha20poly1305(wrapKey, zeroNonce).encrypt(fileKey)
}

/**
 * @returns the file key, or `null` when the tag does not hold under this key.
 * @throws CryptoError `CRYPTO_MALFORMED` unless `body` is exactly a wrapped 16-byte key: a longer one could be crafted
 * to open under several keys.
 */
export function unwrapFileKey(wrapKey: Uint8Array, body: Uint8Array): Uint8Array | null {
  if (body.length !== fileKeyBytes + 16)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read stanza: body of ${body.length} bytes where 32 belong`)
  try {
    return chacha20poly1305(wrapKey, zeroNonce).decrypt(body)
  } catch {
    // noble throws when the tag does not hold: this stanza is for somebody else.
    return null
  }
}
