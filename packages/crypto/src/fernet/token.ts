import { fromPaddedBase64Url, toPaddedBase64Url } from "../bytes/padded-base64url.ts"

/** The fields of a token (Fernet specification, "Token format"); all are views into its bytes. */
export interface FernetToken {
  /** Version, timestamp, IV and ciphertext: what the MAC covers. */
  readonly signed: Uint8Array
  /** Seconds since 1970, 8 bytes, big endian. */
  readonly timestamp: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly mac: Uint8Array
}

const version = 0x80
const timestampEnd = 9
const ivEnd = 25
const macBytes = 32
const blockBytes = 16

/** The part of a token that its MAC covers, without the ciphertext: 25 bytes. */
export function tokenHead(timestamp: Uint8Array, iv: Uint8Array): Uint8Array {
  const head = new Uint8Array(ivEnd)
  head[0] = version
  head.set(timestamp, 1)
  head.set(iv, timestampEnd)
  return head
}

/** @returns padded base64url. */
export function encodeToken(head: Uint8Array, ciphertext: Uint8Array, mac: Uint8Array): string {
  const bytes = new Uint8Array(ivEnd + ciphertext.length + macBytes)
  bytes.set(head)
  bytes.set(ciphertext, ivEnd)
  bytes.set(mac, ivEnd + ciphertext.length)
  return toPaddedBase64Url(bytes)
}

/**
 * Strict, unlike Python's decoder, which drops letters that are not of the alphabet: one text for one token.
 * @returns `undefined` unless `text` is canonical padded base64url of a version 0x80 token with whole blocks.
 */
export function decodeToken(text: string): FernetToken | undefined {
  const bytes = fromPaddedBase64Url(text)
  if (!bytes || bytes[0] !== version) return undefined
  const ciphertextBytes = bytes.length - ivEnd - macBytes
  if (ciphertextBytes < blockBytes || ciphertextBytes % blockBytes !== 0) return undefined
  return {
    signed: bytes.subarray(0, -macBytes),
    timestamp: bytes.subarray(1, timestampEnd),
    iv: bytes.subarray(timestampEnd, ivEnd),
    ciphertext: bytes.subarray(ivEnd, -macBytes),
    mac: bytes.subarray(-macBytes),
  }
}
