import { base64url } from "@scure/base"
import { sha256 } from "@noble/hashes/sha2.js"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { pbkdf2 } from "../kdf/pbkdf2.ts"
import { randomBytes } from "../random.ts"

/** A Fernet key. Prints as 44 characters of base64url: the secret itself. */
export interface FernetKey {
  /** 16 bytes, for HMAC-SHA-256. */
  readonly signingKey: Uint8Array
  /** 16 bytes, for AES-128-CBC. */
  readonly encryptionKey: Uint8Array
  toString(): string
}

/**
 * A new Fernet key.
 *
 * @example
 * ```ts
 * import { generateFernetKey, parseFernetKey } from "@darkslide/crypto/fernet"
 *
 * const key = generateFernetKey()
 * assert.deepEqual(parseFernetKey(key.toString()), key)
 * ```
 */
export function generateFernetKey(): FernetKey {
  return keyOf(randomBytes(32))
}

/**
 * Reads a key as Python's `Fernet.generate_key()` prints it: 32 bytes in base64url, padded.
 * @throws CryptoError `CRYPTO_MALFORMED`; the message never contains the text.
 */
export function parseFernetKey(text: string): FernetKey {
  let bytes: Uint8Array
  try {
    bytes = base64url.decode(text)
  } catch {
    // The decoder's own message may quote the text, which is a secret: not kept as the cause.
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read Fernet key: not base64url")
  }
  if (bytes.length !== 32) throw new CryptoError("CRYPTO_MALFORMED", "Cannot read Fernet key: not 32 bytes")
  return keyOf(bytes)
}

/**
 * The key that applications derive from a password: PBKDF2-HMAC-SHA-256, 32 bytes.
 * @param options.iterations - 1 to 2^31 - 1; what the application used (often 100,000), or 600,000 or more for new data.
 * @throws RangeError when `iterations` is out of range.
 *
 * @example
 * ```ts
 * import { fernetKeyFromPassword } from "@darkslide/crypto/fernet"
 *
 * const salt = new TextEncoder().encode("salt_")
 * const key = await fernetKeyFromPassword("hunter2", { salt, iterations: 100_000 })
 * assert.equal(key.toString(), "K-D6tr5dsvhq-8eueRY8yhYvVD6HZuEkcKCetlB_3s4=")
 * ```
 */
export async function fernetKeyFromPassword(
  password: string,
  options: { readonly salt: Uint8Array; readonly iterations: number },
): Promise<FernetKey> {
  return keyOf(await pbkdf2({ name: "sha256", noble: sha256 }, toUtf8(password), { ...options, length: 32 }))
}

/** Fernet specification, "Key format": the first half signs, the second encrypts. */
function keyOf(bytes: Uint8Array): FernetKey {
  return {
    signingKey: bytes.slice(0, 16),
    encryptionKey: bytes.slice(16),
    toString: () => base64url.encode(bytes),
  }
}
