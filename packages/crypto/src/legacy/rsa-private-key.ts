import { base64 } from "@scure/base"
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js"
import { CryptoError } from "../errors.ts"

/** Beyond any key that is in use: one of 16,384 bits has about 9 KiB. */
const maxPemCharacters = 32_768

/**
 * The PKCS #8 bytes of an RSA private key in PEM: PKCS #8 itself, or the older PKCS #1 that PyCryptodome and OpenSSL
 * write by default.
 * @throws CryptoError `CRYPTO_MALFORMED`, for an encrypted key too; the message never contains the text.
 */
export function readRsaPrivateKey(pem: string): Uint8Array<ArrayBuffer> {
  if (pem.length > maxPemCharacters) throw malformed("too long")
  const [, label, body = ""] =
    /^\s*-----BEGIN ((?:RSA )?PRIVATE KEY)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/.exec(pem) ?? []
  if (label === undefined) throw malformed("not the PEM of an unencrypted RSA key")
  let der: Uint8Array
  try {
    der = base64.decode(body.replaceAll(/[\r\n]/g, ""))
  } catch {
    // The decoder's own message may quote the text, which is a secret: not kept as the cause.
    throw malformed("not base64")
  }
  return new Uint8Array(label === "PRIVATE KEY" ? der : wrapPkcs1(der))
}

/** PrivateKeyInfo (RFC 5208 section 5): version 0, the algorithm rsaEncryption with NULL, and the key. */
function wrapPkcs1(key: Uint8Array): Uint8Array {
  return element(0x30, concatBytes(hexToBytes("020100300d06092a864886f70d0101010500"), element(0x04, key)))
}

/** One DER element of fewer than 65,536 bytes. */
function element(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return concatBytes(Uint8Array.from(head), content)
}

export function malformed(what: string, options?: ErrorOptions): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", `Cannot read RSA key: ${what}`, options)
}
