import { bech32 } from "@scure/base"
import { CryptoError } from "../errors.ts"

/**
 * Reads a key written in Bech32 without its length limit, as age writes keys.
 * @param prefix - In lower case.
 * @param what - What the text should be, for the message; the text itself never stands in it.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function decodeKeyText(text: string, prefix: string, bytes: number, what: string): Uint8Array {
  // Bech32 needs 8 characters for each 5 bytes, and 7 for the separator and checksum: longer text is refused unread.
  const decoded =
    text.length <= prefix.length + Math.ceil((bytes * 8) / 5) + 7 ? bech32.decodeUnsafe(text, false) : undefined
  if (decoded?.prefix !== prefix)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: not Bech32 with the prefix "${prefix}"`)
  const decodedBytes = bech32.fromWordsUnsafe(decoded.words)
  if (decodedBytes?.length !== bytes)
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot read ${what}: not ${bytes} bytes`)
  return decodedBytes
}

/** Writes a key in Bech32, in lower case. */
export function encodeKeyText(prefix: string, bytes: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(bytes), false)
}
