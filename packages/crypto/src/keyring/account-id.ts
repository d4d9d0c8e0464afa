import { base32nopad } from "@scure/base"
import { sha256 } from "../hash.ts"

/**
 * The id of the account whose root key this is: the first 26 characters (130 bits) of base32(SHA-256(root public key)),
 * RFC 4648 in lower case. Whoever knows the id cannot be given another account's keys.
 */
export function accountIdOf(rootPublicKey: Uint8Array): string {
  return keyId(rootPublicKey)
}

/** The id of the device whose Ed25519 key this is, made in the same way. */
export function deviceIdOf(devicePublicKey: Uint8Array): string {
  return keyId(devicePublicKey)
}

function keyId(publicKey: Uint8Array): string {
  return base32nopad.encode(sha256(publicKey)).toLowerCase().slice(0, 26)
}
