import { base64nopad, base64urlnopad } from "@scure/base"
import { CryptoError } from "../errors.ts"

/** base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes)
}

/**
 * Strict: no padding, no white space, no other alphabet, unused bits zero.
 * @param expectedBytes - When given, any other length is refused.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function fromBase64Url(text: string, expectedBytes?: number): Uint8Array {
  return decode(base64urlnopad.decode, "base64url", text, expectedBytes)
}

/** Standard base64 without padding, as age headers use it (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  return base64nopad.encode(bytes)
}

/** As strict as {@link fromBase64Url}. */
export function fromBase64(text: string, expectedBytes?: number): Uint8Array {
  return decode(base64nopad.decode, "base64", text, expectedBytes)
}

function decode(
  decoder: (text: string) => Uint8Array,
  name: string,
  text: string,
  expectedBytes: number | undefined,
): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = decoder(text)
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", `Cannot decode ${name}: not canonical`, { cause })
  }
  if (expectedBytes !== undefined && bytes.length !== expectedBytes)
    throw new CryptoError(
      "CRYPTO_MALFORMED",
      `Cannot decode ${name}: ${bytes.length} bytes where ${expectedBytes} belong`,
    )
  return bytes
}
