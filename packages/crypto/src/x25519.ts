import { x25519 } from "@noble/curves/ed25519.js"
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "./errors.ts"
import { nodeCrypto, type NodeCrypto, type NodeKey } from "./native.ts"
import { randomBytes } from "./random.ts"

/** X25519 (RFC 7748) on one backend. Keys, shares and secrets are 32 bytes. */
export interface X25519 {
  withPublicKey(publicKey: Uint8Array): X25519PublicKey
  withSecretKey(secretKey: Uint8Array): X25519SecretKey
}

/** What one side of an agreement is left with. */
export interface Agreement {
  /** The public key that was made for this once. */
  readonly share: Uint8Array
  readonly secret: Uint8Array
}

/** Somebody's public key. */
export interface X25519PublicKey {
  /**
   * Makes a key pair for this once, and the secret that it and this key give.
   * @throws CryptoError `CRYPTO_MALFORMED` when the secret is all zero (RFC 7748 section 6.1): a low-order key.
   */
  agree(): Agreement | Promise<Agreement>
}

/** One's own secret key. */
export interface X25519SecretKey {
  readonly publicKey: Uint8Array
  /** @throws CryptoError `CRYPTO_MALFORMED` as above. */
  agree(share: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A backend that computes at once. */
export interface SynchronousX25519 extends X25519 {
  withSecretKey(secretKey: Uint8Array): Omit<X25519SecretKey, "agree"> & { agree(share: Uint8Array): Uint8Array }
}

/** The reference: pure JavaScript, there everywhere. */
export const nobleX25519: SynchronousX25519 = {
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
const raw = { format: "raw-public" } as const

/** A key pair that was made for one agreement. */
type Ephemeral = { readonly share: Uint8Array; readonly privateKey: NodeKey }

/** OpenSSL's implementation, some twenty times faster. */
function nodeX25519(crypto: NodeCrypto): SynchronousX25519 {
  const publicKeyObject = (publicKey: Uint8Array) =>
    crypto.createPublicKey({ key: concatBytes(publicKeyPrefix, publicKey), ...spki })
  const rawPublicKey = (der: Uint8Array) => new Uint8Array(der.subarray(publicKeyPrefix.length))
  // A KeyObject's DER form takes as long to export as the key takes to make; its bytes take nothing, where Node can.
  const makeEphemeral = exportsRawKeys(crypto)
    ? (): Ephemeral => {
        const { publicKey, privateKey } = crypto.generateKeyPairSync("x25519")
        return { share: new Uint8Array(publicKey.export(raw)), privateKey }
      }
    : (): Ephemeral => {
        const { publicKey, privateKey } = crypto.generateKeyPairSync("x25519", { publicKeyEncoding: spki })
        return { share: rawPublicKey(publicKey), privateKey }
      }
  return {
    withPublicKey(bytes) {
      const publicKey = publicKeyObject(bytes)
      return {
        agree() {
          const { privateKey, share } = makeEphemeral()
          const secret = refusingLowOrder(() => crypto.diffieHellman({ privateKey, publicKey }))
          return { share, secret: new Uint8Array(secret) }
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

let rawKeys: boolean | undefined

/** Whether this Node knows the formats of bare keys; older ones refuse them. */
function exportsRawKeys(crypto: NodeCrypto): boolean {
  if (rawKeys !== undefined) return rawKeys
  const { publicKey } = crypto.generateKeyPairSync("x25519")
  try {
    rawKeys = publicKey.export(raw).length === 32
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    rawKeys = false
  }
  return rawKeys
}

/** The browser's own implementation (Secure Curves in the Web Cryptography API). */
export const webCryptoX25519: X25519 = {
  withPublicKey(bytes) {
    const publicKey = importPublicKey(bytes)
    return {
      async agree() {
        const pair = await crypto.subtle.generateKey("X25519", false, ["deriveBits"])
        const [secret, share] = await Promise.all([
          deriveBits(pair.privateKey, await publicKey),
          crypto.subtle.exportKey("raw", pair.publicKey),
        ])
        return { share: new Uint8Array(share), secret }
      },
    }
  },
  withSecretKey(bytes) {
    const key = new Uint8Array(concatBytes(privateKeyPrefix, bytes))
    const privateKey = crypto.subtle.importKey("pkcs8", key, "X25519", false, ["deriveBits"])
    privateKey.catch(() => undefined)
    return {
      publicKey: x25519.getPublicKey(bytes),
      agree: async (share) => await deriveBits(await privateKey, await importPublicKey(share)),
    }
  },
}

function importPublicKey(bytes: Uint8Array): Promise<CryptoKey> {
  const imported = crypto.subtle.importKey("raw", new Uint8Array(bytes), "X25519", false, [])
  imported.catch(() => undefined)
  return imported
}

async function deriveBits(privateKey: CryptoKey, publicKey: CryptoKey): Promise<Uint8Array> {
  try {
    return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: publicKey }, privateKey, 256))
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "OperationError") throw lowOrder(cause)
    throw cause
  }
}

let chosen: Promise<X25519> | undefined

/** The fastest one that is here. */
export async function chooseX25519(): Promise<X25519> {
  chosen ??= findX25519()
  return await chosen
}

/** For what must be known at once, such as an identity's own public key. */
export function synchronousX25519(): SynchronousX25519 {
  const native = nodeCrypto()
  return native ? nodeX25519(native) : nobleX25519
}

async function findX25519(): Promise<X25519> {
  if (nodeCrypto()) return synchronousX25519()
  try {
    await webCryptoX25519.withPublicKey(x25519.getPublicKey(randomBytes(32))).agree()
    return webCryptoX25519
  } catch (error) {
    // Not in every browser, and in none without a secure context: each says so in its own way.
    if (error instanceof Error) return nobleX25519
    throw error
  }
}

function refusingLowOrder(agree: () => Uint8Array): Uint8Array {
  try {
    return agree()
  } catch (cause) {
    throw lowOrder(cause)
  }
}

function lowOrder(cause: unknown): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", "Cannot agree on a key: low-order public key", { cause })
}
