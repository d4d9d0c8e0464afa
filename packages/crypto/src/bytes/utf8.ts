import { CryptoError } from "../errors.ts"

/** UTF-8 bytes of `text`. */
export function toUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/**
 * @throws CryptoError `CRYPTO_MALFORMED` when the bytes are not UTF-8.
 */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot decode text: not UTF-8", { cause })
  }
}
