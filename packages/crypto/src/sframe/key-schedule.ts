import { expand, extract } from "@noble/hashes/hkdf.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { toUtf8 } from "../bytes/utf8.ts"
import { xorBigEndian } from "./header.ts"
import type { FrameCipher, SFrameSuite } from "./suites.ts"

/** Bytes of every suite's nonce. */
export const nonceBytes = 12

/** Least bytes of a base key: below, a suite's key would be guessed before it is broken. */
const leastBaseKeyBytes = 16

/** What encrypts and decrypts the frames of one key id. */
export interface FrameKey {
  readonly keyId: bigint
  readonly cipher: FrameCipher
  readonly salt: Uint8Array
}

/** The key schedule (RFC 9605 section 4.4.2), and the import of its key. */
export async function deriveFrameKey(suite: SFrameSuite, keyId: bigint, baseKey: Uint8Array): Promise<FrameKey> {
  const { key, salt } = deriveKeyAndSalt(suite, keyId, baseKey)
  return { keyId, cipher: await suite.importKey(key), salt }
}

/** @throws RangeError for a base key that is too short, or a key id that is out of range. */
export function deriveKeyAndSalt(
  suite: SFrameSuite,
  keyId: bigint,
  baseKey: Uint8Array,
): { secret: Uint8Array; key: Uint8Array; salt: Uint8Array } {
  checkBaseKey(baseKey)
  const secret = extract(suite.hash, baseKey, new Uint8Array())
  const derive = (label: string, length: number) =>
    expand(suite.hash, secret, sframeLabel(label, suite.id, keyId), length)
  return {
    secret,
    key: derive("SFrame 1.0 Secret key ", suite.keyBytes),
    salt: derive("SFrame 1.0 Secret salt ", nonceBytes),
  }
}

/** A label, the key id as u64be and the suite as u16be. */
export function sframeLabel(label: string, suiteId: number, keyId: bigint): Uint8Array {
  if (keyId < 0n || keyId >= 2n ** 64n) throw new RangeError("keyId must be from 0 to 2^64 - 1")
  const numbers = new Uint8Array(10)
  const view = new DataView(numbers.buffer)
  view.setBigUint64(0, keyId)
  view.setUint16(8, suiteId)
  return concatBytes(toUtf8(label), numbers)
}

/** The base key after this one (RFC 9605 section 5.1); nobody gets back from it to this one. */
export function ratchetBaseKey(suite: SFrameSuite, baseKey: Uint8Array): Uint8Array {
  checkBaseKey(baseKey)
  const secret = extract(suite.hash, baseKey, new Uint8Array())
  return expand(suite.hash, secret, toUtf8("SFrame 1.0 Ratchet"), suite.hash.outputLen)
}

/** The salt XOR the counter, padded on the left (RFC 9605 section 4.4.3). */
export function frameNonce(salt: Uint8Array, counter: bigint): Uint8Array {
  const nonce = salt.slice()
  xorBigEndian(nonce, counter)
  return nonce
}

/** @throws RangeError when `baseKey` has fewer than 16 bytes. */
export function checkBaseKey(baseKey: Uint8Array): void {
  if (baseKey.length < leastBaseKeyBytes) throw new RangeError(`baseKey must have ${leastBaseKeyBytes} bytes or more`)
}
