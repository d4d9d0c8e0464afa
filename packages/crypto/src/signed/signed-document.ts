import { concatBytes } from "@noble/hashes/utils.js"
import { encodeFields, u32be } from "../bytes/fields.ts"
import { fromUtf8, toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { verifySignature, type Signer } from "../sign.ts"
import { sha256 } from "../hash.ts"

// [Note: Signed documents]
// u32be length | JSON in UTF-8, kept as it was signed | 64 bytes of Ed25519 over encodeFields(domain, JSON).
// The JSON is never encoded again: what is verified is what was signed, byte for byte. Zeros may follow as padding
// where a document is sealed, so that its size says nothing; they belong to no hash.

const lengthBytes = 4
const signatureBytes = 64

/** A longer document is refused unread: 1 MiB. */
const maxJsonBytes = 1 << 20

/** Signs `value` as JSON under a domain string. See [Note: Signed documents]. */
export async function signDocument(domain: string, value: object, signer: Signer): Promise<Uint8Array> {
  const json = toUtf8(JSON.stringify(value))
  return concatBytes(u32be(json.length), json, await signer.sign(encodeFields(domain, json)))
}

/**
 * The JSON value of a document, once its signature holds.
 * @throws CryptoError `CRYPTO_MALFORMED`; `CRYPTO_AUTHENTICATION_FAILED` when `publicKey` did not sign it so.
 */
export function openSigned(domain: string, document: Uint8Array, publicKey: Uint8Array): unknown {
  const { json, signature } = splitDocument(document)
  if (!verifySignature(signature, encodeFields(domain, json), publicKey))
    throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", `Cannot open ${domain}: signature does not hold`)
  return parseJson(json)
}

/**
 * The JSON value of a document whose signature was **not** checked: only to find out who claims to have signed it.
 * @throws CryptoError `CRYPTO_MALFORMED`
 */
export function readUnverified(document: Uint8Array): unknown {
  return parseJson(splitDocument(document).json)
}

/** SHA-256 of a document: length, JSON and signature, without padding. */
export function documentHash(document: Uint8Array): Uint8Array {
  return sha256(splitDocument(document).document)
}

/** `document` with zeros behind it, to the next multiple of `blockBytes`. */
export function padDocument(document: Uint8Array, blockBytes: number): Uint8Array {
  const padded = new Uint8Array(Math.ceil(document.length / blockBytes) * blockBytes)
  padded.set(document)
  return padded
}

function splitDocument(bytes: Uint8Array): { document: Uint8Array; json: Uint8Array; signature: Uint8Array } {
  if (bytes.length < lengthBytes) throw malformed("cut")
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const jsonEnd = lengthBytes + length
  const end = jsonEnd + signatureBytes
  if (length > maxJsonBytes) throw malformed(`longer than ${maxJsonBytes} bytes`)
  if (end > bytes.length) throw malformed("cut")
  if (bytes.subarray(end).some((byte) => byte !== 0)) throw malformed("something behind it")
  return {
    document: bytes.subarray(0, end),
    json: bytes.subarray(lengthBytes, jsonEnd),
    signature: bytes.subarray(jsonEnd, end),
  }
}

function parseJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(json))
  } catch (cause) {
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read signed document: not JSON", { cause })
  }
}

function malformed(what: string): CryptoError {
  return new CryptoError("CRYPTO_MALFORMED", `Cannot read signed document: ${what}`)
}
