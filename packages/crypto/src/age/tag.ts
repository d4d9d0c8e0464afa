import { p256 } from "@noble/curves/nist.js"
import { extract } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { ml_kem768_p256 as kem } from "@noble/post-quantum/hybrid.js"
import { toBase64 } from "../bytes/base64.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { dhKemSecret, hpkeSeal, kemIds } from "./hpke.ts"
import { decodeKeyText, encodeKeyText } from "./key-text.ts"
import { postQuantumLabel } from "./labels.ts"
import type { Recipient, Stanza } from "./recipient.ts"

/**
 * A key that lives on hardware and answers to a plugin: files can be sealed to it here, and opened only there. Whoever
 * knows the public key sees which files are for it.
 */
export interface TagRecipient extends Recipient {
  readonly type: "p256tag" | "mlkem768p256tag"
  toString(): string
}

const compressedBytes = 33
const hybridBytes = 1249
const mlKemBytes = 1184

/**
 * Reads an `age1tag1…` recipient (P-256) or an `age1tagpq1…` one (ML-KEM-768 with P-256).
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function parseTagRecipient(text: string): TagRecipient {
  return text.toLowerCase().startsWith("age1tagpq1")
    ? hybridTagRecipient(decodeKeyText(text, "age1tagpq", hybridBytes, "recipient"))
    : p256TagRecipient(decodeKeyText(text, "age1tag", compressedBytes, "recipient"))
}

function p256TagRecipient(compressed: Uint8Array): TagRecipient {
  const publicKey = uncompressed(compressed)
  const type = "p256tag"
  return {
    type,
    toString: () => encodeKeyText("age1tag", compressed),
    async wrap(fileKey) {
      const { secretKey, publicKey: point } = p256.keygen()
      const share = uncompressed(point)
      // DHKEM(P-256, HKDF-SHA256): the x coordinate of the shared point; the context takes uncompressed points.
      const shared = p256.getSharedSecret(secretKey, publicKey).subarray(1)
      const secret = dhKemSecret(kemIds.p256, shared, concatBytes(share, publicKey))
      return [tagStanza(type, kemIds.p256, share, secret, compressed, fileKey)]
    },
  }
}

function hybridTagRecipient(publicKey: Uint8Array): TagRecipient {
  const type = "mlkem768p256tag"
  const point = publicKey.subarray(mlKemBytes)
  uncompressed(point)
  return {
    type,
    labels: [postQuantumLabel],
    toString: () => encodeKeyText("age1tagpq", publicKey),
    async wrap(fileKey) {
      const { cipherText, sharedSecret } = encapsulate(publicKey)
      return [tagStanza(type, kemIds.mlKem768P256, cipherText, sharedSecret, point, fileKey)]
    },
  }
}

/** @param point - What the tag names: the P-256 half of the key, as it stands in the recipient. */
function tagStanza(
  type: TagRecipient["type"],
  kemId: number,
  share: Uint8Array,
  secret: Uint8Array,
  point: Uint8Array,
  fileKey: Uint8Array,
): Stanza {
  const info = `age-encryption.org/${type}`
  const tag = extract(sha256, concatBytes(share, sha256(point).subarray(0, 4)), toUtf8(info)).subarray(0, 4)
  return { type, args: [toBase64(tag), toBase64(share)], body: hpkeSeal(kemId, secret, info, fileKey) }
}

function uncompressed(point: Uint8Array): Uint8Array {
  try {
    return p256.Point.fromBytes(point).toBytes(false)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read recipient: not a point of P-256", { cause })
  }
}

function encapsulate(publicKey: Uint8Array): { cipherText: Uint8Array; sharedSecret: Uint8Array } {
  try {
    return kem.encapsulate(publicKey)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot seal: the recipient is no ML-KEM-768 and P-256 key", { cause })
  }
}
