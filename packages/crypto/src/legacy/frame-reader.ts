import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { importGcmKey } from "../aes/gcm.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { pbkdf2 } from "../kdf/pbkdf2.ts"

/** One frame as older applications stored it: its parts apart. */
export interface LegacyFrame {
  /** 12 bytes, or the 16 that PyCryptodome takes when it is not told. */
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  /** 16 bytes. */
  readonly tag: Uint8Array
}

export interface LegacyFrameReader {
  /**
   * Opens one frame.
   * @returns a fresh array.
   * @throws CryptoError `CRYPTO_AUTHENTICATION_FAILED`; `CRYPTO_MALFORMED` for a nonce or tag of another length.
   */
  read(frame: LegacyFrame): Promise<Uint8Array>
}

/** From a password by PBKDF2-HMAC-SHA-256, or the 32-byte key itself. */
export type LegacyFrameSecret =
  | { readonly password: string; readonly salt: Uint8Array; readonly iterations: number }
  | { readonly key: Uint8Array }

/**
 * Reads AES-256-GCM frames of older video applications. There is no writer: new data is sealed with `seal`, and live
 * frames with SFrame.
 * @throws RangeError when the key is not 32 bytes or `iterations` is out of range.
 *
 * @example
 * ```ts
 * import { legacyFrameReader } from "@darkslide/crypto/legacy"
 *
 * const base64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"))
 * const reader = await legacyFrameReader({
 *   password: "room-4",
 *   salt: base64("atqbhG+aa8H2G65yLzGsDg=="),
 *   iterations: 100_000,
 * })
 * const frame = await reader.read({
 *   nonce: base64("qqwHgI7MVjOR2J6T"),
 *   ciphertext: base64("eM9yLyYHZwCepFRgajgkdus="),
 *   tag: base64("moKhcYOhA84BhwTESXc3VA=="),
 * })
 * assert.deepEqual(frame, base64("gnRJ2N5u1f/1JN/ZyGtM2HQ="))
 * ```
 */
export async function legacyFrameReader(secret: LegacyFrameSecret): Promise<LegacyFrameReader> {
  const bytes = "key" in secret ? secret.key : await keyFromPassword(secret)
  if (bytes.length !== 32) throw new RangeError("key must have 32 bytes")
  const key = await importGcmKey(bytes)
  return {
    async read({ nonce, ciphertext, tag }) {
      if ((nonce.length !== 12 && nonce.length !== 16) || tag.length !== 16)
        throw new CryptoError("CRYPTO_MALFORMED", "Cannot read frame: its nonce has 12 or 16 bytes, its tag 16")
      const plaintext = await key.open(nonce, new Uint8Array(), concatBytes(ciphertext, tag))
      if (!plaintext) throw new CryptoError("CRYPTO_AUTHENTICATION_FAILED", "Cannot read frame: tag does not hold")
      return plaintext
    },
  }
}

async function keyFromPassword(secret: {
  password: string
  salt: Uint8Array
  iterations: number
}): Promise<Uint8Array> {
  const { password, salt, iterations } = secret
  return await pbkdf2({ name: "sha256", noble: sha256 }, toUtf8(password), { salt, iterations, length: 32 })
}
