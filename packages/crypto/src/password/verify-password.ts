import { sha256 } from "@noble/hashes/sha2.js"
import { hexToBytes } from "@noble/hashes/utils.js"
import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { toUtf8 } from "../bytes/utf8.ts"
import { parseBcryptHash, verifyBcrypt } from "./bcrypt.ts"
import { isWeaker, type PasswordPolicy } from "./hash-password.ts"
import { parseArgon2Hash } from "./phc-string.ts"
import { verifyArgon2, type VerifyArgon2Options } from "./verify-argon2.ts"
import { parseWerkzeugHash, verifyWerkzeug } from "./werkzeug.ts"

export interface VerifyPasswordOptions extends VerifyArgon2Options {
  /** What a hash must live up to, or it `needsRehash`. Default: that of `hashPassword`. */
  readonly policy?: PasswordPolicy | undefined
  /**
   * What bcrypt hashes were made from. `sha256-hex`: from the hex SHA-256 of the password, as Flask-Bcrypt does with
   * `BCRYPT_HANDLE_LONG_PASSWORDS`. Default `password`.
   */
  readonly bcryptInput?: "password" | "sha256-hex" | undefined
}

/** `needsRehash`: the password was right, so store `hashPassword(password)` in place of this hash. */
export type PasswordCheck =
  | { readonly ok: true; readonly needsRehash: boolean }
  | { readonly ok: false; readonly needsRehash: false }

/**
 * Checks a password against a stored hash: Argon2 PHC strings of any kind, bcrypt (`$2a$`, `$2b$`, `$2y$`), werkzeug's
 * `pbkdf2:`, `scrypt:` and old salted kinds, and bare SHA-256 in hex. The hash's own shape says which.
 * A hash that is malformed or of another kind matches no password: `{ ok: false }`, at once.
 * @throws CryptoError `CRYPTO_LIMIT_EXCEEDED` when the hash asks for more work than `limits` allow, before any of it:
 * said aloud, because the password may well be right.
 *
 * @example
 * ```ts
 * import { hashPassword, verifyPassword } from "@darkslide/crypto/password"
 *
 * let stored = "pbkdf2:sha256:1000$nB2hnupo1$51bc77ff84432736420690c78b1789e7b1cd2af8d92e8b545f946f543e642707"
 * const check = await verifyPassword("hunter2", stored)
 * assert.deepEqual(check, { ok: true, needsRehash: true })
 * if (check.needsRehash) stored = await hashPassword("hunter2")
 * ```
 */
export async function verifyPassword(
  password: string,
  hash: string,
  options: VerifyPasswordOptions = {},
): Promise<PasswordCheck> {
  const argon2 = parseArgon2Hash(hash)
  if (argon2) return answer(await verifyArgon2(toUtf8(password), argon2, options), isWeaker(argon2, options.policy))
  return answer(await verifyOld(password, hash, options), true)
}

function answer(ok: boolean, needsRehash: boolean): PasswordCheck {
  return ok ? { ok, needsRehash } : { ok, needsRehash: false }
}

async function verifyOld(password: string, hash: string, options: VerifyPasswordOptions): Promise<boolean> {
  const bcrypt = parseBcryptHash(hash)
  if (bcrypt) return await verifyBcrypt(password, bcrypt, options)
  const werkzeug = parseWerkzeugHash(hash)
  if (werkzeug) return await verifyWerkzeug(toUtf8(password), werkzeug, options.limits)
  return /^(?:[0-9a-f]{64}|[0-9A-F]{64})$/.test(hash) && equalConstantTime(sha256(toUtf8(password)), hexToBytes(hash))
}
