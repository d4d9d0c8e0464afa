import { x25519 } from "@noble/curves/ed25519.js"
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "./errors.ts"
import { nodeCrypto } from "./native.ts"

/** X25519 (RFC 7748) on one backend. Keys are 32 bytes. */
export interface X25519 {
  publicKeyOf(secretKey: Uint8Array): Uint8Array
  /** @throws CryptoError `CRYPTO_MALFORMED` when the result is all zero (RFC 7748 section 6.1): a low-order key. */
  sharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array
}

/** The reference: pure JavaScript, there everywhere. */
export const nobleX25519: X25519 = {
  publicKeyOf: (secretKey) => x25519.getPublicKey(secretKey),
  sharedSecret(secretKey, publicKey) {
    try {
      return x25519.getSharedSecret(secretKey, publicKey)
    } catch (cause) {
      throw lowOrder(cause)
    }
  },
}

/** RFC 8410: all that stands before the 32 bytes of a key in its DER form. */
const privateKeyPrefix = hexToBytes("302e020100300506032b656e04220420")
const publicKeyPrefix = hexToBytes("302a300506032b656e032100")

/** OpenSSL's implementation, some twenty times faster; `undefined` anywhere but on Node. */
export function nodeX25519(): X25519 | undefined {
  const { createPrivateKey, createPublicKey, diffieHellman } = nodeCrypto() ?? {}
  if (!createPrivateKey || !createPublicKey || !diffieHellman) return undefined
  const privateKey = (secretKey: Uint8Array) =>
    createPrivateKey({ key: concatBytes(privateKeyPrefix, secretKey), format: "der", type: "pkcs8" })
  return {
    publicKeyOf(secretKey) {
      const spki = createPublicKey(privateKey(secretKey)).export({ format: "der", type: "spki" })
      return new Uint8Array(spki.subarray(publicKeyPrefix.length))
    },
    sharedSecret(secretKey, publicKey) {
      const key = concatBytes(publicKeyPrefix, publicKey)
      try {
        const other = createPublicKey({ key, format: "der", type: "spki" })
        return new Uint8Array(diffieHellman({ privateKey: privateKey(secretKey), publicKey: other }))
      } catch (cause) {
        throw lowOrder(cause)
      }
    },
  }
}

let chosen: X25519 | undefined

/** The faster one that is here. */
export function chooseX25519(): X25519 {
  chosen ??= nodeX25519() ?? nobleX25519
  return chosen
}

function lowOrder(cause: unknown): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", "Cannot agree on a key: low-order public key", { cause })
}
