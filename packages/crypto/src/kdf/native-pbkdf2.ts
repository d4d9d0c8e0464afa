import { nodeCrypto } from "../native.ts"
import { unshared, webCrypto } from "../web-crypto.ts"

/** The hash under PBKDF2. */
export type Pbkdf2HashName = "sha1" | "sha224" | "sha256" | "sha384" | "sha512"

export interface Pbkdf2Options {
  readonly salt: Uint8Array
  /** 1 to 2^31 - 1. */
  readonly iterations: number
  /** Bytes of the key. */
  readonly length: number
}

/**
 * PBKDF2 with HMAC (RFC 8018 section 5.2) by node:crypto, else by WebCrypto.
 * @returns `undefined` where neither is, or knows the hash.
 * @throws RangeError when `iterations` is out of range.
 */
export async function nativePbkdf2(
  hash: Pbkdf2HashName,
  password: Uint8Array,
  options: Pbkdf2Options,
): Promise<Uint8Array | undefined> {
  const { iterations } = options
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > 0x7fffffff)
    throw new RangeError("iterations must be a whole number from 1 to 2147483647")
  return (await pbkdf2Node(hash, password, options)) ?? (await pbkdf2WebCrypto(hash, password, options))
}

export async function pbkdf2Node(
  hash: Pbkdf2HashName,
  password: Uint8Array,
  { salt, iterations, length }: Pbkdf2Options,
): Promise<Uint8Array | undefined> {
  const native = nodeCrypto()
  if (!native) return undefined
  return await new Promise((resolve, reject) => {
    native.pbkdf2(password, salt, iterations, length, hash, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    )
  })
}

export async function pbkdf2WebCrypto(
  hash: Pbkdf2HashName,
  password: Uint8Array,
  { salt, iterations, length }: Pbkdf2Options,
): Promise<Uint8Array | undefined> {
  const subtle = webCrypto()
  // WebCrypto has no SHA-224.
  if (!subtle || hash === "sha224") return undefined
  const key = await subtle.importKey("raw", unshared(password), "PBKDF2", false, ["deriveBits"])
  const algorithm = { name: "PBKDF2", hash: hash.replace("sha", "SHA-"), salt: unshared(salt), iterations }
  return new Uint8Array(await subtle.deriveBits(algorithm, key, length * 8))
}
