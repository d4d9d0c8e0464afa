import { concatBytes } from "@noble/hashes/utils.js"
import { unlessRefused, unshared, webCrypto } from "../web-crypto.ts"
import { CryptoError } from "../errors.ts"
import { malformed, readRsaPrivateKey } from "./rsa-private-key.ts"

export interface LegacyRsaReader {
  /** Bytes of one block of ciphertext: the key's length. */
  readonly blockBytes: number
  /**
   * Opens one block.
   * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`
   */
  read(block: Uint8Array): Promise<Uint8Array>
  /**
   * Opens a file that was cut into pieces, each encrypted as one block, as the RSA image application did. **Nothing
   * tells whether blocks were left out, moved or taken from another file**: all that is known is that somebody with the
   * public key made each one.
   * @throws CryptoError `CRYPTO_MALFORMED` unless the length is whole blocks; `CRYPTO_AUTHENTICATION_FAILED`
   */
  readChunked(ciphertext: Uint8Array): Promise<Uint8Array>
}

export interface LegacyRsaOptions {
  /** Of the label and of MGF1 alike. Default SHA-1, which PyCryptodome takes when it is not told. */
  readonly hash?: "SHA-1" | "SHA-256" | undefined
  readonly label?: Uint8Array | undefined
}

const maxModulusBits = 8192
/** Blocks that are decrypted at the same time. */
const inFlight = 64

/**
 * Reads RSA-OAEP (RFC 8017 section 7.1) of older applications, by WebCrypto. There is no writer: new data is sealed with
 * `seal`, for which an RSA key can stand as an `ssh-rsa` recipient.
 * @param pem - An unencrypted private key in PKCS #8 or PKCS #1.
 * @throws CryptoError `CRYPTO_MALFORMED`, `CRYPTO_LIMIT_EXCEEDED` for a key of more than 8,192 bits. TypeError where
 * there is no WebCrypto: a page that is no secure context.
 */
export async function legacyRsaReader(pem: string, options: LegacyRsaOptions = {}): Promise<LegacyRsaReader> {
  const { hash = "SHA-1", label = new Uint8Array() } = options
  const subtle = webCrypto()
  if (!subtle) throw new TypeError("Cannot read RSA: WebCrypto is not here")
  const key = await importKey(subtle, readRsaPrivateKey(pem), hash)
  const { modulusLength } = key.algorithm as RsaHashedKeyAlgorithm
  if (modulusLength > maxModulusBits)
    throw new CryptoError(
      "CRYPTO_LIMIT_EXCEEDED",
      `Cannot read RSA key: ${modulusLength} bits, above ${maxModulusBits}`,
    )
  const blockBytes = Math.ceil(modulusLength / 8)

  async function read(block: Uint8Array): Promise<Uint8Array> {
    const algorithm = { name: "RSA-OAEP", label: unshared(label) }
    // A block of another length is refused as one that does not open: one error for both.
    const right = block.length === blockBytes
    const plaintext = right
      ? await unlessRefused((subtle as SubtleCrypto).decrypt(algorithm, key, unshared(block)))
      : undefined
    if (!plaintext) throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot read RSA block: it does not open")
    return plaintext
  }

  async function readChunked(ciphertext: Uint8Array): Promise<Uint8Array> {
    if (ciphertext.length === 0 || ciphertext.length % blockBytes !== 0)
      throw new CryptoError("CRYPTO_MALFORMED", `Cannot read RSA image: not whole blocks of ${blockBytes} bytes`)
    const chunks: Uint8Array[] = []
    for (let offset = 0; offset < ciphertext.length; offset += inFlight * blockBytes) {
      const part = ciphertext.subarray(offset, offset + inFlight * blockBytes)
      const blocks = Array.from({ length: part.length / blockBytes }, (_, index) =>
        part.subarray(index * blockBytes, (index + 1) * blockBytes),
      )
      chunks.push(...(await Promise.all(blocks.map(read))))
    }
    return concatBytes(...chunks)
  }

  return { blockBytes, read, readChunked }
}

async function importKey(subtle: SubtleCrypto, pkcs8: Uint8Array<ArrayBuffer>, hash: string): Promise<CryptoKey> {
  try {
    return await subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash }, false, ["decrypt"])
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause
    throw malformed("not PKCS #8", { cause })
  }
}
