import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { compare } from "bcryptjs"
import { toUtf8 } from "../bytes/utf8.ts"
import { checkLimit, type PasswordLimits } from "./limits.ts"

/** A well-formed bcrypt hash: 60 characters. `$2x$`, of a broken implementation, is none. */
export interface BcryptHash {
  readonly text: string
  /** log2 of the rounds, 4 to 31. */
  readonly cost: number
}

/** @returns `undefined` when `text` is no bcrypt hash. */
export function parseBcryptHash(text: string): BcryptHash | undefined {
  const cost = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.exec(text)?.[1]
  return cost === undefined ? undefined : { text, cost: Number(cost) }
}

/**
 * Only the first 72 bytes of a password count, as in every bcrypt of its time.
 * @param options.bcryptInput - `sha256-hex`: the password was hashed first, as Flask-Bcrypt does with
 * `BCRYPT_HANDLE_LONG_PASSWORDS`.
 * @throws CryptoError `CRYPTO_LIMIT_EXCEEDED` before any work.
 */
export async function verifyBcrypt(
  password: string,
  hash: BcryptHash,
  options: { limits?: PasswordLimits | undefined; bcryptInput?: "password" | "sha256-hex" | undefined },
): Promise<boolean> {
  checkLimit(options.limits, "maxBcryptCost", hash.cost)
  const input = options.bcryptInput === "sha256-hex" ? bytesToHex(sha256(toUtf8(password))) : password
  return await compare(input, hash.text)
}
