import { CryptoError } from "../errors.ts"
import { parseHybridRecipient } from "./hybrid.ts"
import { parseLines } from "./identity-file.ts"
import type { Recipient } from "./recipient.ts"
import { parseSshRecipient } from "./ssh-public-key.ts"
import { parseTagRecipient } from "./tag.ts"
import { parseRecipient } from "./x25519.ts"

/**
 * Reads a recipient of any kind: `age1…`, `age1pq1…`, `age1tag1…`, `age1tagpq1…`, `ssh-ed25519 …` or `ssh-rsa …`.
 * @throws CryptoError `CRYPTO_MALFORMED`; for another plugin's recipient (`age1NAME1…`) too, by its name.
 */
export function parseAnyRecipient(text: string): Recipient {
  const lower = text.toLowerCase()
  if (/^(?:sk-)?(?:ssh|ecdsa)-/.test(lower)) return parseSshRecipient(text)
  if (lower.startsWith("age1pq1")) return parseHybridRecipient(text)
  if (lower.startsWith("age1tag1") || lower.startsWith("age1tagpq1")) return parseTagRecipient(text)
  // Bech32 puts the key behind the last "1", which is no letter of its data.
  const plugin = /^age1([a-z0-9-]+)1[^1]*$/.exec(lower)?.[1]
  if (plugin !== undefined)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read recipient: the plugin "${plugin}" is not supported`)
  return parseRecipient(text)
}

/**
 * Reads a recipient file: one recipient of any kind per line, `#` before comments, empty lines allowed. Files of SSH
 * public keys are such files.
 * @throws CryptoError `CRYPTO_MALFORMED` naming the line; also for a file without recipients.
 *
 * @example
 * ```ts
 * import { parseRecipientFile } from "@darkslide/crypto/files"
 *
 * const [me, friend] = [generateKeyPair(), generateKeyPair()]
 * const to = parseRecipientFile(`# us two\n${me.recipient}\n${friend.recipient}\n`)
 * const sealed = await seal(new Uint8Array([7]), { to })
 * assert.deepEqual(await open(sealed, { with: [friend] }), new Uint8Array([7]))
 * ```
 */
export function parseRecipientFile(text: string): readonly Recipient[] {
  return parseLines(text, "recipient", parseAnyRecipient)
}
