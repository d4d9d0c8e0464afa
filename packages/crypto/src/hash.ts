import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js"
import { nodeCrypto } from "./native.ts"

/** SHA-256 (FIPS 180-4), 32 bytes: native on Node, JavaScript elsewhere. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const native = nodeCrypto()?.hash
  return native ? new Uint8Array(native("sha256", bytes, "buffer")) : nobleSha256(bytes)
}
