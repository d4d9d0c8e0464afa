import { ml_kem768_x25519 as kem } from "@noble/post-quantum/hybrid.js"
import { fromBase64, toBase64 } from "../bytes/base64.ts"
import { CryptoError } from "../errors.ts"
import { randomBytes } from "../random.ts"
import { hpkeOpen, hpkeSeal, kemIds } from "./hpke.ts"
import { decodeKeyText, encodeKeyText } from "./key-text.ts"
import { postQuantumLabel } from "./labels.ts"
import type { Identity, Recipient, Stanza } from "./recipient.ts"

/** A public key against which a quantum computer does not help. Prints as `age1pq1…`, about 1,960 characters. */
export interface HybridRecipient extends Recipient {
  readonly type: "mlkem768x25519"
  toString(): string
}

/** A secret key that opens files. Prints as `AGE-SECRET-KEY-PQ-1…`: the secret itself. */
export interface HybridIdentity extends Identity {
  readonly type: "mlkem768x25519"
  readonly recipient: HybridRecipient
  toString(): string
}

const stanzaType = "mlkem768x25519"
const info = "age-encryption.org/mlkem768x25519"
const recipientPrefix = "age1pq"
const identityPrefix = "age-secret-key-pq-"
const encapsulatedBytes = 1120
const publicKeyBytes = 1216

/**
 * A new identity of ML-KEM-768 and X25519 together (X-Wing): whoever breaks one of them still has the other before him.
 *
 * @example
 * ```ts
 * import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"
 *
 * const me = generateHybridKeyPair()
 * const sealed = await seal(new Uint8Array([7]), { to: [me.recipient] })
 * assert.deepEqual(await open(sealed, { with: [me] }), new Uint8Array([7]))
 * await assert.rejects(seal(new Uint8Array([7]), { to: [me.recipient, generateKeyPair().recipient] }), TypeError)
 * ```
 */
export function generateHybridKeyPair(): HybridIdentity {
  return identityOf(randomBytes(32))
}

/**
 * Reads an `age1pq1…` recipient.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function parseHybridRecipient(text: string): HybridRecipient {
  return recipientOf(decodeKeyText(text, recipientPrefix, publicKeyBytes, "recipient"))
}

/**
 * Reads an `AGE-SECRET-KEY-PQ-1…` identity.
 * @throws CryptoError `CRYPTO_MALFORMED`; the message never contains the text.
 */
export function parseHybridIdentity(text: string): HybridIdentity {
  return identityOf(decodeKeyText(text, identityPrefix, 32, "identity"))
}

function recipientOf(publicKey: Uint8Array): HybridRecipient {
  return {
    type: stanzaType,
    labels: [postQuantumLabel],
    toString: () => encodeKeyText(recipientPrefix, publicKey),
    async wrap(fileKey) {
      const { cipherText, sharedSecret } = encapsulate(publicKey)
      const body = hpkeSeal(kemIds.mlKem768X25519, sharedSecret, info, fileKey)
      return [{ type: stanzaType, args: [toBase64(cipherText)], body }]
    },
  }
}

function identityOf(seed: Uint8Array): HybridIdentity {
  let recipient: HybridRecipient | undefined
  return {
    type: stanzaType,
    // Computed when asked for: opening a file does not need it.
    get recipient() {
      recipient ??= recipientOf(kem.getPublicKey(seed))
      return recipient
    },
    toString: () => encodeKeyText(identityPrefix, seed).toUpperCase(),
    async unwrap(stanzas) {
      for (const stanza of stanzas) {
        if (stanza.type !== stanzaType) continue
        const secret = decapsulate(readShare(stanza), seed)
        const fileKey = hpkeOpen(kemIds.mlKem768X25519, secret, info, stanza.body)
        if (fileKey) return fileKey
      }
      return null
    },
  }
}

/** Any other length of body is refused before decrypting: a longer one could be made to open under several keys. */
function readShare(stanza: Stanza): Uint8Array {
  const [share, ...more] = stanza.args
  if (share === undefined || more.length > 0 || stanza.body.length !== 32)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${stanzaType} stanza: one share and 32 bytes belong there`)
  return fromBase64(share, encapsulatedBytes)
}

function encapsulate(publicKey: Uint8Array): { cipherText: Uint8Array; sharedSecret: Uint8Array } {
  try {
    return kem.encapsulate(publicKey)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot seal: the recipient is no ML-KEM-768 and X25519 key", { cause })
  }
}

/** An all-zero X25519 part is refused (RFC 7748 section 6.1), by noble as by us. */
function decapsulate(share: Uint8Array, seed: Uint8Array): Uint8Array {
  try {
    return kem.decapsulate(share, seed)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${stanzaType} stanza: low-order share`, { cause })
  }
}
