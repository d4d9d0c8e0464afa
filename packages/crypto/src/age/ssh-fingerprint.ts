import { toBase64 } from "../bytes/base64.ts"
import { CryptoError } from "../errors.ts"
import { sha256 } from "../hash.ts"
import type { Stanza } from "./recipient.ts"

/** How a stanza names its reader: 4 bytes of SHA-256 over the public key's wire form. Anyone who knows the key sees it. */
export function sshFingerprint(wire: Uint8Array): string {
  return toBase64(sha256(wire).subarray(0, 4))
}

/**
 * The stanzas that name this key.
 * @param args - How many arguments such a stanza has.
 * @throws CryptoError `CRYPTO_MALFORMED` when a stanza of this type has another number of them, whoever it is for.
 */
export function stanzasFor(stanzas: readonly Stanza[], type: string, args: number, wire: Uint8Array): Stanza[] {
  const ofType = stanzas.filter((stanza) => stanza.type === type)
  if (ofType.some((stanza) => stanza.args.length !== args))
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${type} stanza: ${args} arguments belong there`)
  const fingerprint = sshFingerprint(wire)
  return ofType.filter((stanza) => stanza.args[0] === fingerprint)
}
