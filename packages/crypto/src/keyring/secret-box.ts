import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"

const nonceBytes = 24

/** XChaCha20-Poly1305 with a random nonce in front: nonce (24) || ciphertext || tag (16). */
export function sealBox(key: Uint8Array, plaintext: Uint8Array, additionalData: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  return concatBytes(nonce, xchacha20poly1305(key, nonce, additionalData).encrypt(plaintext))
}

/** @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` for another key, other additional data, or changed bytes. */
export function openBox(key: Uint8Array, box: Uint8Array, additionalData: Uint8Array, what: string): Uint8Array {
  try {
    return xchacha20poly1305(key, box.subarray(0, nonceBytes), additionalData).decrypt(box.subarray(nonceBytes))
  } catch (cause) {
    throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", `Cannot open ${what}: wrong key or changed bytes`, { cause })
  }
}
