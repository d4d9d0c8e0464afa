import { pbkdf2Async } from "@noble/hashes/pbkdf2.js"
import type { CHash } from "@noble/hashes/utils.js"
import { unshared, webCrypto } from "../web-crypto.ts"
import { nodeCrypto } from "../native.ts"

/** The hash under PBKDF2: its name, and the implementation where no native one is. */
export interface Pbkdf2Hash {
  readonly name: "sha1" | "sha224" | "sha256" | "sha384" | "sha512"
  readonly noble: CHash
}

export interface Pbkdf2Options {
  readonly salt: Uint8Array
  /** 1 to 2^31 - 1. */
  readonly iterations: number
  /** Bytes of the key. */
  readonly length: number
}

/**
 * PBKDF2 with HMAC (RFC 8018 section 5.2): by node:crypto, by WebCrypto, else in JavaScript.
 * @throws RangeError when `iterations` is out of range.
 */
export async function pbkdf2(hash: Pbkdf2Hash, password: Uint8Array, options: Pbkdf2Options): Promise<Uint8Array> {
  const { salt, iterations, length } = options
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > 0x7fffffff)
    throw new RangeError("iterations must be a whole number from 1 to 2147483647")
  return (
    (await pbkdf2Node(hash, password, options)) ??
    (await pbkdf2WebCrypto(hash, password, options)) ??
    (await pbkdf2Async(hash.noble, password, salt, { c: iterations, dkLen: length }))
  )
}

export async function pbkdf2Node(
  hash: Pbkdf2Hash,
  password: Uint8Array,
  { salt, iterations, length }: Pbkdf2Options,
): Promise<Uint8Array | undefined> {
  const native = nodeCrypto()
  if (!native) return undefined
  return await new Promise((resolve, reject) => {
    native.pbkdf2(password, salt, iterations, length, hash.name, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    )
  })
}

export async function pbkdf2WebCrypto(
  hash: Pbkdf2Hash,
  password: Uint8Array,
  { salt, iterations, length }: Pbkdf2Options,
): Promise<Uint8Array | undefined> {
  // WebCrypto has no SHA-224.
  const subtle = webCrypto()
  if (!subtle || hash.name === "sha224") return undefined
  const key = await subtle.importKey("raw", unshared(password), "PBKDF2", false, ["deriveBits"])
  const algorithm = { name: "PBKDF2", hash: hash.name.replace("sha", "SHA-"), salt: unshared(salt), iterations }
  return new Uint8Array(await subtle.deriveBits(algorithm, key, length * 8))
}
