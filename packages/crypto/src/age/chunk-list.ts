import { concatBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { CryptoError } from "../errors.ts"
import { payloadNonceBytes } from "./file-key.ts"
import { sealedChunkBytes } from "./payload.ts"
import { sha256 } from "../hash.ts"

const hashBytes = 32

/**
 * The SHA-256 of every sealed chunk of a payload, 32 bytes each, in order. Signed through {@link chunkListHash}, it ties
 * every chunk to its place before anything is decrypted: someone else who holds the file key can make a chunk that
 * opens, but not one with this hash.
 */
export function chunkList(payload: Uint8Array): Uint8Array {
  const chunks = chunkCount(payload.length)
  const list = new Uint8Array(chunks * hashBytes)
  for (let index = 0; index < chunks; index++) list.set(sha256(chunkAt(payload, index)), index * hashBytes)
  return list
}

/** SHA-256(nonce of the payload || chunk list), 32 bytes. */
export function chunkListHash(payloadNonce: Uint8Array, list: Uint8Array): Uint8Array {
  return sha256(concatBytes(payloadNonce, list))
}

/** The entry of one sealed chunk in a list, 32 bytes. */
export function chunkHash(sealedChunk: Uint8Array): Uint8Array {
  return sha256(sealedChunk)
}

/** How many chunks a payload of `payloadBytes` (nonce and chunks) has. */
export function chunkCount(payloadBytes: number): number {
  return Math.max(1, Math.ceil((payloadBytes - payloadNonceBytes) / sealedChunkBytes))
}

/**
 * Checks every chunk of a payload against its list.
 * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED` at the first that differs, or when their number does.
 */
export function checkChunks(payload: Uint8Array, list: Uint8Array): void {
  const chunks = chunkCount(payload.length)
  if (list.length !== chunks * hashBytes)
    throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot open payload: its chunk list has another length")
  for (let index = 0; index < chunks; index++) {
    const expected = list.subarray(index * hashBytes, (index + 1) * hashBytes)
    if (!equalConstantTime(sha256(chunkAt(payload, index)), expected))
      throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", `Cannot open payload: chunk ${index} is not the listed one`)
  }
}

function chunkAt(payload: Uint8Array, index: number): Uint8Array {
  const start = payloadNonceBytes + index * sealedChunkBytes
  return payload.subarray(start, start + sealedChunkBytes)
}
