import { hmac } from "@noble/hashes/hmac.js"
import { sha1 } from "@noble/hashes/legacy.js"
import { scryptAsync } from "@noble/hashes/scrypt.js"
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js"
import { hexToBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { pbkdf2, type Pbkdf2Hash } from "../kdf/pbkdf2.ts"
import { nodeCrypto } from "../native.ts"
import { checkLimit, type PasswordLimits } from "./limits.ts"

interface Stored {
  /** Text that counts as its UTF-8 bytes. */
  readonly salt: Uint8Array
  readonly digest: Uint8Array
}

/** What werkzeug's `generate_password_hash` has written over the years: `method$salt$hex`. */
export type WerkzeugHash = Stored &
  (
    | { readonly method: "pbkdf2"; readonly hash: Pbkdf2Hash; readonly iterations: number }
    | { readonly method: "scrypt"; readonly N: number; readonly r: number; readonly p: number }
    | { readonly method: "salted"; readonly hash: Pbkdf2Hash }
  )

const hashes: Readonly<Record<string, Pbkdf2Hash>> = {
  sha1: { name: "sha1", noble: sha1 },
  sha224: { name: "sha224", noble: sha224 },
  sha256: { name: "sha256", noble: sha256 },
  sha384: { name: "sha384", noble: sha384 },
  sha512: { name: "sha512", noble: sha512 },
}

/** Werkzeug writes the count into each hash; where a hand-made one leaves it out, this is that of werkzeug 2.2. */
const defaultIterations = 260_000

/** @returns `undefined` when `text` is none, or of a hash that is refused, such as MD5. */
export function parseWerkzeugHash(text: string): WerkzeugHash | undefined {
  const [, method = "", salt = "", hex = ""] =
    /^([a-z0-9:]{4,64})\$([^$]{0,1024})\$((?:[0-9a-f]{2}){20,64})$/.exec(text) ?? []
  const stored = { salt: toUtf8(salt), digest: hexToBytes(hex) }
  const [kind = "", ...parameters] = method.split(":")
  if (kind === "pbkdf2") return parsePbkdf2(parameters, stored)
  if (kind === "scrypt") return parseScrypt(parameters, stored)
  const hash = parameters.length === 0 ? hashNamed(kind) : undefined
  return hash && hash.noble.outputLen === stored.digest.length ? { method: "salted", hash, ...stored } : undefined
}

function parsePbkdf2(parameters: readonly string[], stored: Stored): WerkzeugHash | undefined {
  const [name = "", count, ...more] = parameters
  const hash = hashNamed(name)
  const iterations = count === undefined ? defaultIterations : positive(count)
  if (!hash || iterations === undefined || more.length > 0) return undefined
  // The key is as long as the hash.
  return hash.noble.outputLen === stored.digest.length ? { method: "pbkdf2", hash, iterations, ...stored } : undefined
}

function parseScrypt(parameters: readonly string[], stored: Stored): WerkzeugHash | undefined {
  const [N, r, p] = parameters.map(positive)
  if (parameters.length !== 3 || N === undefined || r === undefined || p === undefined) return undefined
  // RFC 7914 section 2: a power of two above 1, and r * p below 2^30.
  if (N < 2 || !Number.isInteger(Math.log2(N)) || r * p >= 2 ** 30 || stored.digest.length !== 64) return undefined
  return { method: "scrypt", N, r, p, ...stored }
}

/** @throws CryptoError `CRYPTO_LIMIT_EXCEEDED` before any work. */
export async function verifyWerkzeug(
  password: Uint8Array,
  stored: WerkzeugHash,
  limits: PasswordLimits | undefined,
): Promise<boolean> {
  return equalConstantTime(await computeWerkzeug(password, stored, limits), stored.digest)
}

async function computeWerkzeug(
  password: Uint8Array,
  stored: WerkzeugHash,
  limits: PasswordLimits | undefined,
): Promise<Uint8Array> {
  if (stored.method === "pbkdf2") {
    checkLimit(limits, "maxIterations", stored.iterations)
    return await pbkdf2(stored.hash, password, { ...stored, length: stored.digest.length })
  }
  if (stored.method === "scrypt") {
    checkLimit(limits, "maxMemoryKiB", Math.ceil((stored.N * stored.r) / 8))
    checkLimit(limits, "maxPasses", stored.p)
    return await scrypt(password, stored.salt, stored)
  }
  const { hash, salt } = stored
  return salt.length === 0 ? hash.noble(password) : hmac(hash.noble, salt, password)
}

async function scrypt(
  password: Uint8Array,
  salt: Uint8Array,
  { N, r, p }: { N: number; r: number; p: number },
): Promise<Uint8Array> {
  const maxmem = 128 * r * (N + p) + (1 << 20)
  const native = nodeCrypto()
  if (!native) return await scryptAsync(password, salt, { N, r, p, dkLen: 64, maxmem })
  return await new Promise((resolve, reject) => {
    native.scrypt(password, salt, 64, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    )
  })
}

function hashNamed(name: string): Pbkdf2Hash | undefined {
  return Object.hasOwn(hashes, name) ? hashes[name] : undefined
}

/** A decimal without leading zeros, at most ten digits: a longer one must not reach arithmetic. */
function positive(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
}
