import { fromPaddedBase64Url, toPaddedBase64Url } from "../bytes/padded-base64url.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { CryptoError } from "../errors.ts"
import { nativePbkdf2 } from "../kdf/native-pbkdf2.ts"
import { randomBytes } from "../random.ts"

/** A Fernet key. Prints as 44 characters of base64url: the secret itself. */
export interface FernetKey {
  readonly type: "Fernet"
  toString(): string
}

/** What a key is for: 16 bytes each (Fernet specification, "Key format"). */
export interface FernetKeyHalves {
  /** For HMAC-SHA-256. */
  readonly signing: Uint8Array
  /** For AES-128-CBC. */
  readonly encryption: Uint8Array
}

/** Apart from the keys themselves, so that printing one by mistake shows nothing. */
const halves = /* @__PURE__ */ new WeakMap<FernetKey, FernetKeyHalves>()

/** @throws TypeError when `key` was not made by this module. */
export function halvesOf(key: FernetKey): FernetKeyHalves {
  const found = halves.get(key)
  if (!found) throw new TypeError("key must come from generateFernetKey, parseFernetKey or fernetKeyFromPassword")
  return found
}

/**
 * A new Fernet key.
 *
 * @example
 * ```ts
 * import { generateFernetKey, parseFernetKey } from "@darkslide/crypto/fernet"
 *
 * const key = generateFernetKey()
 * assert.equal(parseFernetKey(key.toString()).toString(), key.toString())
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
  const bytes = fromPaddedBase64Url(text)
  if (bytes?.length !== 32)
    throw new CryptoError("CRYPTO_MALFORMED", "Cannot read Fernet key: not 32 bytes in padded base64url")
  return keyOf(bytes)
}

/**
 * The key that applications derive from a password: PBKDF2-HMAC-SHA-256, 32 bytes.
 * @param options.iterations - 1 to 2^31 - 1; what the application used (often 100,000), or 600,000 or more for new data.
 * @throws RangeError when `iterations` is out of range. TypeError where there is no WebCrypto: a page that is no secure
 * context.
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
  const bytes = await nativePbkdf2("sha256", toUtf8(password), { ...options, length: 32 })
  if (!bytes) throw new TypeError("Cannot derive Fernet key: WebCrypto is not here")
  return keyOf(bytes)
}

function keyOf(bytes: Uint8Array): FernetKey {
  const own = Uint8Array.from(bytes)
  const key: FernetKey = { type: "Fernet", toString: () => toPaddedBase64Url(own) }
  halves.set(key, { signing: own.slice(0, 16), encryption: own.slice(16) })
  return key
}
