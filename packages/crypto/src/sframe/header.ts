import { CryptoError } from "../errors.ts"

/** What stands in clear before each frame (RFC 9605 section 4.3). Both are below 2^64. */
export interface SFrameHeader {
  /** Names the key. */
  readonly keyId: bigint
  /** Counts the frames under that key. */
  readonly counter: bigint
}

const max = 2n ** 64n - 1n

/**
 * Writes the shortest header for these values, 1 to 17 bytes.
 * @throws RangeError when a value is below 0 or above 2^64 - 1.
 *
 * @example
 * ```ts
 * import { decodeSFrameHeader, encodeSFrameHeader } from "@darkslide/crypto/sframe"
 *
 * const header = encodeSFrameHeader({ keyId: 7n, counter: 256n })
 * assert.deepEqual(header, new Uint8Array([0x79, 0x01, 0x00]))
 * assert.deepEqual(decodeSFrameHeader(header), { keyId: 7n, counter: 256n, length: 3 })
 * ```
 */
export function encodeSFrameHeader({ keyId, counter }: SFrameHeader): Uint8Array {
  if (keyId < 0n || keyId > max || counter < 0n || counter > max)
    throw new RangeError("keyId and counter must be from 0 to 2^64 - 1")
  const [keyIdBytes, counterBytes] = [extraBytes(keyId), extraBytes(counter)]
  const header = new Uint8Array(1 + keyIdBytes + counterBytes)
  // X KKK Y CCC: a value below 8 stands in its field; of a larger one, its length less one, and the flag is set.
  header[0] =
    ((keyIdBytes === 0 ? Number(keyId) : 8 | (keyIdBytes - 1)) << 4) |
    (counterBytes === 0 ? Number(counter) : 8 | (counterBytes - 1))
  if (keyIdBytes > 0) xorBigEndian(header.subarray(1, 1 + keyIdBytes), keyId)
  if (counterBytes > 0) xorBigEndian(header.subarray(1 + keyIdBytes), counter)
  return header
}

/**
 * Reads the header at the start of a frame; `length` is how many bytes it has. A value that was not written in the
 * fewest bytes is refused: RFC 9605 says that it must be.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function decodeSFrameHeader(frame: Uint8Array): SFrameHeader & { readonly length: number } {
  const [config] = frame
  if (config === undefined) throw malformed("empty")
  const [keyIdField, counterField] = [config >> 4, config & 15]
  const keyIdEnd = 1 + fieldBytes(keyIdField)
  const length = keyIdEnd + fieldBytes(counterField)
  if (frame.length < length) throw malformed("cut")
  return {
    keyId: readValue(keyIdField, frame.subarray(1, keyIdEnd)),
    counter: readValue(counterField, frame.subarray(keyIdEnd, length)),
    length,
  }
}

/** Bytes after the configuration byte: none for a value below 8. */
function extraBytes(value: bigint): number {
  if (value < 8n) return 0
  // BigInts are slow, and this runs for every frame: 32 bits at a time.
  return value <= 0xffffffffn ? bytesOf(Number(value)) : 4 + bytesOf(Number(value >> 32n))
}

function bytesOf(word: number): number {
  return 4 - (Math.clz32(word) >> 3)
}

function fieldBytes(field: number): number {
  return field < 8 ? 0 : field - 7
}

function readValue(field: number, bytes: Uint8Array): bigint {
  if (field < 8) return BigInt(field)
  let [high, low] = [0, 0]
  for (const byte of bytes) {
    high = ((high << 8) | (low >>> 24)) >>> 0
    low = ((low << 8) | byte) >>> 0
  }
  const value = high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
  if (extraBytes(value) !== bytes.length) throw malformed("a value in more bytes than it needs")
  return value
}

/** XORs a value below 2^64 into the end of `target`; bytes that it does not fit into are left out. */
export function xorBigEndian(target: Uint8Array, value: bigint): void {
  const [high, low] = [Number(value >> 32n), Number(value & 0xffffffffn)]
  for (let index = 0; index < 8 && index < target.length; index++) {
    const at = target.length - 1 - index
    target[at] = (target[at] ?? 0) ^ (index < 4 ? low >>> (8 * index) : high >>> (8 * (index - 4)))
  }
}

function malformed(what: string): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", `Cannot read SFrame header: ${what}`)
}
