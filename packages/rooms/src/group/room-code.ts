import { encodeFields, fromBase64Url } from "@darkslide/crypto"
import { sha512 } from "@noble/hashes/sha2.js"
import { domains } from "../domains.ts"

const groups = 6

/**
 * Thirty digits that are the same for everybody in a room's epoch and change with every change of members: read them to
 * each other, and nobody sits between or beside you unseen.
 */
export function roomCodeOf(authenticator: Uint8Array): string {
  return digitsOf(domains.roomCode, authenticator)
}

/** Thirty digits of one person's key: the same in all visits of somebody who keeps a key. */
export function fingerprintOf(person: string): string {
  return digitsOf(domains.fingerprint, fromBase64Url(person, 32))
}

/** Six groups of five digits, each from five bytes of SHA-512, as decimal numbers modulo 100,000. */
function digitsOf(domain: string, input: Uint8Array): string {
  const hash = sha512(encodeFields(domain, input))
  return Array.from({ length: groups }, (_, group) => {
    const bytes = hash.subarray(group * 5, group * 5 + 5)
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    return String(value % 100_000).padStart(5, "0")
  }).join(" ")
}
