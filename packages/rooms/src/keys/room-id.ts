import { encodeFields } from "@darkslide/crypto"
import { sha256 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"

const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
const characters = 26

/**
 * A room is named after its owner key: the first 26 characters (130 bits) of base32(SHA-256(domain, owner key)), RFC 4648
 * in lower case. Whoever knows the id cannot be given another owner.
 */
export function roomIdOf(ownerPublicKey: Uint8Array): string {
  const hash = sha256(encodeFields(domains.roomId, ownerPublicKey))
  let id = ""
  for (let i = 0; i < characters; i++) id += alphabet[bitsAt(hash, i * 5)] ?? ""
  return id
}

export const roomIdPattern: RegExp = /^[a-z2-7]{26}$/u

/** Five bits of `bytes` from bit `start` on. */
function bitsAt(bytes: Uint8Array, start: number): number {
  const at = start >> 3
  const window = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  return (window >> (11 - (start & 7))) & 31
}
