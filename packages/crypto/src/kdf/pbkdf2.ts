import { pbkdf2Async } from "@noble/hashes/pbkdf2.js"
import type { CHash } from "@noble/hashes/utils.js"
import { nativePbkdf2, type Pbkdf2HashName, type Pbkdf2Options } from "./native-pbkdf2.ts"

/** The hash under PBKDF2: its name, and the implementation where no native one is. */
export interface Pbkdf2Hash {
  readonly name: Pbkdf2HashName
  readonly noble: CHash
}

/** PBKDF2 as {@link nativePbkdf2}, and in JavaScript where that is not. */
export async function pbkdf2(hash: Pbkdf2Hash, password: Uint8Array, options: Pbkdf2Options): Promise<Uint8Array> {
  return (
    (await nativePbkdf2(hash.name, password, options)) ??
    (await pbkdf2Async(hash.noble, password, options.salt, { c: options.iterations, dkLen: options.length }))
  )
}
