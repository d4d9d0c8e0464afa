import { equalConstantTime } from "../bytes/equal-constant-time.ts"
import { chooseArgon2, nobleArgon2, type Argon2 } from "./argon2.ts"
import { checkLimit, type PasswordLimits } from "./limits.ts"
import type { Argon2Hash } from "./phc-string.ts"

export interface VerifyArgon2Options {
  readonly argon2?: Argon2 | undefined
  readonly limits?: PasswordLimits | undefined
  /** The secret that a hash with a `keyid` was made with. Without it such a hash does not verify. */
  readonly secretOf?: ((keyId: Uint8Array) => Uint8Array | undefined) | undefined
}

/** @throws CryptoError `CRYPTO_LIMIT_EXCEEDED` before any work. */
export async function verifyArgon2(
  password: Uint8Array,
  hash: Argon2Hash,
  options: VerifyArgon2Options,
): Promise<boolean> {
  checkLimit(options.limits, "maxMemoryKiB", hash.memoryKiB)
  checkLimit(options.limits, "maxPasses", hash.passes)
  checkLimit(options.limits, "maxLanes", hash.lanes)
  const secret = hash.keyId && options.secretOf?.(hash.keyId)
  if (hash.keyId && !secret) return false
  const { type, salt, memoryKiB, passes, lanes, associatedData } = hash
  const input = { type, password, salt, memoryKiB, passes, lanes, associatedData, secret, tagBytes: hash.tag.length }
  const computed = hash.version === 0x10 ? nobleArgon2(input, 0x10) : chooseArgon2(options.argon2)(input)
  return equalConstantTime(await computed, hash.tag)
}
