import { toUtf8 } from "../bytes/utf8.ts"
import { randomBytes } from "../random.ts"
import { chooseArgon2, type Argon2 } from "./argon2.ts"
import { formatArgon2id, type Argon2Hash } from "./phc-string.ts"

/** How much work one guess of a password costs. The defaults are those of OWASP for Argon2id. */
export interface PasswordPolicy {
  /** Default 19,456 (19 MiB); at least 8 for each lane. */
  readonly memoryKiB?: number | undefined
  /** Default 2. */
  readonly passes?: number | undefined
  /** Default 1. */
  readonly lanes?: number | undefined
}

export interface HashPasswordOptions {
  readonly policy?: PasswordPolicy | undefined
  /** Default: node:crypto's where it is, else JavaScript. */
  readonly argon2?: Argon2 | undefined
}

const defaultPolicy = { memoryKiB: 19_456, passes: 2, lanes: 1 } as const
const saltBytes = 16
const tagBytes = 32

/**
 * Hashes a password for storing: Argon2id with a salt of its own, as a PHC string. The password is taken as it is, in
 * UTF-8; an application that wants Unicode normalisation does it before, here and at verifying alike.
 * @throws RangeError when the policy is out of Argon2's range.
 *
 * @example
 * ```ts
 * import { hashPassword, verifyPassword } from "@darkslide/crypto/password"
 *
 * const hash = await hashPassword("correct horse")
 * assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
 * assert.deepEqual(await verifyPassword("correct horse", hash), { ok: true, needsRehash: false })
 * assert.deepEqual(await verifyPassword("battery staple", hash), { ok: false, needsRehash: false })
 * ```
 */
export async function hashPassword(password: string, options: HashPasswordOptions = {}): Promise<string> {
  const policy = readPolicy(options.policy)
  const salt = randomBytes(saltBytes)
  const input = { type: "argon2id", password: toUtf8(password), salt, tagBytes, ...policy } as const
  return formatArgon2id({ ...policy, salt, tag: await chooseArgon2(options.argon2)(input) })
}

/** Whether the policy would make a stronger hash than this one. */
export function isWeaker(hash: Argon2Hash, policy: PasswordPolicy | undefined): boolean {
  const { memoryKiB, passes } = readPolicy(policy)
  return (
    hash.type !== "argon2id" ||
    hash.version !== 0x13 ||
    hash.memoryKiB < memoryKiB ||
    hash.passes < passes ||
    hash.salt.length < saltBytes ||
    hash.tag.length < tagBytes
  )
}

function readPolicy(policy: PasswordPolicy = {}): { memoryKiB: number; passes: number; lanes: number } {
  const { memoryKiB = defaultPolicy.memoryKiB, passes = defaultPolicy.passes, lanes = defaultPolicy.lanes } = policy
  if (!isWhole(lanes, 1, 0xffffff)) throw new RangeError("lanes must be a whole number from 1 to 16777215")
  if (!isWhole(passes, 1, 0xffffffff)) throw new RangeError("passes must be a whole number of 1 or more")
  if (!isWhole(memoryKiB, 8 * lanes, 0xffffffff))
    throw new RangeError("memoryKiB must be a whole number, 8 or more for each lane")
  return { memoryKiB, passes, lanes }
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}
