import { randomBytes as nobleRandomBytes } from "@noble/hashes/utils.js"

/** Bytes from the platform's cryptographic generator. */
export function randomBytes(length = 32): Uint8Array<ArrayBuffer> {
  return nobleRandomBytes(length)
}
