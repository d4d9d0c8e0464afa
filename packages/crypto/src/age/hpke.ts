import { chacha20poly1305 } from "@noble/ciphers/chacha.js"
import { expand, extract } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { toUtf8 } from "../bytes/utf8.ts"

/** KEM identifiers (RFC 9180 section 7.1, draft-ietf-hpke-pq). */
export const kemIds = { p256: 0x0010, mlKem768P256: 0x0050, mlKem768X25519: 0x647a } as const

const kdfHkdfSha256 = 0x0001
const aeadChaCha20Poly1305 = 0x0003
const modeBase = 0x00
const none = new Uint8Array()

/**
 * SealBase and OpenBase of HPKE (RFC 9180 section 6.1) with HKDF-SHA-256, ChaCha20-Poly1305 and no additional data.
 * @param sharedSecret - What the KEM gave; for one message.
 */
export function hpkeSeal(kem: number, sharedSecret: Uint8Array, info: string, plaintext: Uint8Array): Uint8Array {
  const { key, nonce } = keySchedule(kem, sharedSecret, info)
  return chacha20poly1305(key, nonce).encrypt(plaintext)
}

/** @returns `null` when the tag does not hold under this secret. */
export function hpkeOpen(
  kem: number,
  sharedSecret: Uint8Array,
  info: string,
  ciphertext: Uint8Array,
): Uint8Array | null {
  const { key, nonce } = keySchedule(kem, sharedSecret, info)
  try {
    return chacha20poly1305(key, nonce).decrypt(ciphertext)
  } catch {
    // noble throws when the tag does not hold: this message is for somebody else.
    return null
  }
}

/** Base mode (RFC 9180 section 5.1); the first message of a context has the base nonce itself. */
function keySchedule(kem: number, sharedSecret: Uint8Array, info: string): { key: Uint8Array; nonce: Uint8Array } {
  const suite = concatBytes(toUtf8("HPKE"), u16be(kem), u16be(kdfHkdfSha256), u16be(aeadChaCha20Poly1305))
  const pskIdHash = labeledExtract(suite, none, "psk_id_hash", none)
  const infoHash = labeledExtract(suite, none, "info_hash", toUtf8(info))
  const context = concatBytes(Uint8Array.of(modeBase), pskIdHash, infoHash)
  const secret = labeledExtract(suite, sharedSecret, "secret", none)
  return {
    key: labeledExpand(suite, secret, "key", context, 32),
    nonce: labeledExpand(suite, secret, "base_nonce", context, 12),
  }
}

/** ExtractAndExpand of a DHKEM with HKDF-SHA-256 (RFC 9180 section 4.1), 32 bytes. */
export function dhKemSecret(kem: number, sharedPoint: Uint8Array, kemContext: Uint8Array): Uint8Array {
  const suite = concatBytes(toUtf8("KEM"), u16be(kem))
  return labeledExpand(suite, labeledExtract(suite, none, "eae_prk", sharedPoint), "shared_secret", kemContext, 32)
}

/** RFC 9180 section 4. */
function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, keyMaterial: Uint8Array): Uint8Array {
  return extract(sha256, concatBytes(toUtf8("HPKE-v1"), suite, toUtf8(label), keyMaterial), salt)
}

function labeledExpand(
  suite: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeled = concatBytes(u16be(length), toUtf8("HPKE-v1"), suite, toUtf8(label), info)
  return expand(sha256, secret, labeled, length)
}

function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}
