import { CryptoError } from "../errors.ts"

/** How much work a stored hash may ask for. What asks for more is refused before any of it is done. */
export interface PasswordLimits {
  /** Memory of Argon2 and scrypt. Default 262,144 (256 MiB). */
  readonly maxMemoryKiB?: number | undefined
  /** Passes of Argon2, and scrypt's `p`. Default 16. */
  readonly maxPasses?: number | undefined
  /** Lanes of Argon2. Default 16. */
  readonly maxLanes?: number | undefined
  /** Iterations of PBKDF2. Default 2,000,000. */
  readonly maxIterations?: number | undefined
  /** log2 of bcrypt's rounds. Default 14, about a second. */
  readonly maxBcryptCost?: number | undefined
}

const defaultLimits = {
  maxMemoryKiB: 262_144,
  maxPasses: 16,
  maxLanes: 16,
  maxIterations: 2_000_000,
  maxBcryptCost: 14,
} as const satisfies Required<PasswordLimits>

/** @throws CryptoError `CRYPTO_LIMIT_EXCEEDED` when `value` is above the limit. */
export function checkLimit(limits: PasswordLimits | undefined, name: keyof PasswordLimits, value: number): void {
  const limit = limits?.[name] ?? defaultLimits[name]
  if (value > limit)
    throw new CryptoError(
      "CRYPTO_LIMIT_EXCEEDED",
      `Cannot verify password: its hash asks for ${value}, ${name} is ${limit}`,
    )
}
