import { argon2dAsync, argon2iAsync, argon2idAsync } from "@noble/hashes/argon2.js"
import { nodeCrypto } from "../native.ts"

export type Argon2Type = "argon2d" | "argon2i" | "argon2id"

/** What one run of Argon2 takes (RFC 9106 section 3.1). */
export interface Argon2Input {
  readonly type: Argon2Type
  readonly password: Uint8Array
  readonly salt: Uint8Array
  /** KiB of memory, at least eight for each lane. */
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  readonly tagBytes: number
  /** A key that is kept apart from the hashes. */
  readonly secret?: Uint8Array | undefined
  readonly associatedData?: Uint8Array | undefined
}

/** Computes Argon2 version 0x13: the port for an implementation of the caller's choice, see {@link hashWasmArgon2}. */
export type Argon2 = (input: Argon2Input) => Promise<Uint8Array>

/** Argon2 version 0x10 (old hashes) or 0x13, in JavaScript: the reference, and the only one that knows 0x10. */
export async function nobleArgon2(input: Argon2Input, version: 0x10 | 0x13 = 0x13): Promise<Uint8Array> {
  return await nobleByType[input.type](input.password, input.salt, {
    m: input.memoryKiB,
    t: input.passes,
    p: input.lanes,
    dkLen: input.tagBytes,
    version,
    // The caller has capped the memory; this is noble's own cap, in bytes, out of the way.
    maxmem: input.memoryKiB * 1024 + (1 << 20),
    ...(input.secret && { key: input.secret }),
    ...(input.associatedData && { personalization: input.associatedData }),
  })
}

const nobleByType = { argon2d: argon2dAsync, argon2i: argon2iAsync, argon2id: argon2idAsync }

/** OpenSSL's implementation through node:crypto; `undefined` where it is not. */
export function nodeArgon2(): Argon2 | undefined {
  const argon2 = nodeCrypto()?.argon2
  if (!argon2) return undefined
  return async (input) => {
    const parameters = {
      message: input.password,
      nonce: input.salt,
      parallelism: input.lanes,
      tagLength: input.tagBytes,
      memory: input.memoryKiB,
      passes: input.passes,
      ...(input.secret && { secret: input.secret }),
      ...(input.associatedData && { associatedData: input.associatedData }),
    }
    try {
      return await new Promise((resolve, reject) => {
        argon2(input.type, parameters, (error, tag) => (error ? reject(error) : resolve(new Uint8Array(tag))))
      })
    } catch (error) {
      // A Node that was built with an OpenSSL before 3.2 has the function, and throws this.
      if (error instanceof Error && "code" in error && error.code === "ERR_CRYPTO_ARGON2_NOT_SUPPORTED")
        return await nobleArgon2(input)
      throw error
    }
  }
}

/** The implementation to use: the caller's, else node:crypto's, else noble's. */
export function chooseArgon2(given: Argon2 | undefined): Argon2 {
  return given ?? nodeArgon2() ?? nobleArgon2
}

type HashWasmFunction = (options: {
  password: Uint8Array
  salt: Uint8Array
  secret?: Uint8Array
  iterations: number
  parallelism: number
  memorySize: number
  hashLength: number
  outputType: "binary"
}) => Promise<Uint8Array>

/**
 * Argon2 by the `hash-wasm` package, which the caller installs and hands in,
 * `hashWasmArgon2(await import("hash-wasm"))`: in a browser three to four times as fast as the
 * JavaScript that runs otherwise. Its page needs `wasm-unsafe-eval` in a content security policy. Call it in a worker.
 */
export function hashWasmArgon2(hashWasm: Readonly<Record<Argon2Type, HashWasmFunction>>): Argon2 {
  return async (input) => {
    // hash-wasm has no additional data and takes no empty password: both are rare, and noble computes them.
    if (input.associatedData?.length || input.password.length === 0) return await nobleArgon2(input)
    return await hashWasm[input.type]({
      password: input.password,
      salt: input.salt,
      iterations: input.passes,
      parallelism: input.lanes,
      memorySize: input.memoryKiB,
      hashLength: input.tagBytes,
      outputType: "binary",
      ...(input.secret && { secret: input.secret }),
    })
  }
}
