import { x25519 } from "@noble/curves/ed25519.js"
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "./errors.ts"
import { nodeCrypto, type NodeCrypto } from "./native.ts"
import { randomBytes } from "./random.ts"

/** X25519 (RFC 7748) on one backend. Keys, shares and secrets are 32 bytes. */
export interface X25519 {
  withPublicKey(publicKey: Uint8Array): X25519PublicKey
  withSecretKey(secretKey: Uint8Array): X25519SecretKey
}

/** Somebody's public key. Both throw CryptoError `CRYPTO_MALFORMED` when the secret is all zero: a low-order key. */
export interface X25519PublicKey {
  /** Makes a key pair for this once, and the secret that it and this key give. */
  agree(): { readonly share: Uint8Array; readonly secret: Uint8Array }
}

/** One's own secret key. */
export interface X25519SecretKey {
  readonly publicKey: Uint8Array
  /** @throws CryptoError `CRYPTO_MALFORMED` when the secret is all zero (RFC 7748 section 6.1): a low-order share. */
  agree(share: Uint8Array): Uint8Array
}

/** The reference: pure JavaScript, there everywhere. */
export const nobleX25519: X25519 = {
  withPublicKey: (publicKey) => ({
    agree() {
      const ephemeral = randomBytes(32)
      return { share: x25519.getPublicKey(ephemeral), secret: refusingLowOrder(() => noble(ephemeral, publicKey)) }
    },
  }),
  withSecretKey: (secretKey) => ({
    publicKey: x25519.getPublicKey(secretKey),
    agree: (share) => refusingLowOrder(() => noble(secretKey, share)),
  }),
}

function noble(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return x25519.getSharedSecret(secretKey, publicKey)
}

/** RFC 8410: all that stands before the 32 bytes of a key in its DER form. */
const privateKeyPrefix = hexToBytes("302e020100300506032b656e04220420")
const publicKeyPrefix = hexToBytes("302a300506032b656e032100")

const spki = { format: "der", type: "spki" } as const

/** OpenSSL's implementation, some twenty times faster. */
function nodeX25519(crypto: NodeCrypto): X25519 {
  const publicKeyObject = (publicKey: Uint8Array) =>
    crypto.createPublicKey({ key: concatBytes(publicKeyPrefix, publicKey), ...spki })
  const rawPublicKey = (der: Uint8Array) => new Uint8Array(der.subarray(publicKeyPrefix.length))
  return {
    withPublicKey(bytes) {
      const publicKey = publicKeyObject(bytes)
      return {
        agree() {
          // The public key comes encoded: exporting it apart takes twice the time of making it.
          const ephemeral = crypto.generateKeyPairSync("x25519", { publicKeyEncoding: spki })
          const { privateKey } = ephemeral
          const secret = refusingLowOrder(() => crypto.diffieHellman({ privateKey, publicKey }))
          return { share: rawPublicKey(ephemeral.publicKey), secret: new Uint8Array(secret) }
        },
      }
    },
    withSecretKey(bytes) {
      const key = concatBytes(privateKeyPrefix, bytes)
      const privateKey = crypto.createPrivateKey({ key, format: "der", type: "pkcs8" })
      return {
        publicKey: rawPublicKey(crypto.createPublicKey(privateKey).export(spki)),
        agree: (share) =>
          new Uint8Array(
            refusingLowOrder(() => crypto.diffieHellman({ privateKey, publicKey: publicKeyObject(share) })),
          ),
      }
    },
  }
}

let chosen: X25519 | undefined

/** The faster one that is here. */
export function chooseX25519(): X25519 {
  const crypto = nodeCrypto()
  chosen ??= crypto ? nodeX25519(crypto) : nobleX25519
  return chosen
}

function refusingLowOrder(agree: () => Uint8Array): Uint8Array {
  try {
    return agree()
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot agree on a key: low-order public key", { cause })
  }
}
