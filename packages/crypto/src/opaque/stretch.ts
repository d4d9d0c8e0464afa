import { argon2idAsync } from "@noble/hashes/argon2.js"
import { nodeCrypto } from "../native.ts"

/** A key stretching function (RFC 9807 section 2.1): the OPRF's output in, 64 bytes out. */
export type Stretch = (input: Uint8Array) => Promise<Uint8Array>

/**
 * Argon2id version 1.3 with 64 MiB, 3 passes, 4 lanes, a salt of 16 zero bytes and a 64-byte tag. Pinned by suite 1 and
 * never sent: a server cannot ask for less. Native in Node; elsewhere about a second of pure JavaScript, so call it in
 * a worker.
 */
export const stretchPassword: Stretch = async (input) => {
  const salt = new Uint8Array(16)
  const argon2 = nodeCrypto()?.argon2
  if (!argon2)
    return await argon2idAsync(input, salt, { t: 3, m: 65_536, p: 4, version: 0x13, dkLen: 64, asyncTick: 1000 })
  return await new Promise((resolve, reject) => {
    argon2(
      "argon2id",
      { message: input, nonce: salt, parallelism: 4, tagLength: 64, memory: 65_536, passes: 3 },
      (error, tag) => (error ? reject(error) : resolve(new Uint8Array(tag))),
    )
  })
}
