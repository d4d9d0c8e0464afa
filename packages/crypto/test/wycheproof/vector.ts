import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js"

/** One test of a Wycheproof file; byte strings are hex. */
export type Test = Readonly<Record<string, string>> & {
  readonly tcId: number
  readonly size?: number
  readonly iterationCount?: number
  readonly dkLen?: number
}

/** The tests of one key or one set of parameters. */
export interface Group {
  readonly keySize?: number | string
  readonly ivSize?: number
  readonly tagSize?: number
  readonly publicKey?: { readonly pk: string }
  readonly privateKeyPem?: string
  readonly sha?: "SHA-1" | "SHA-256"
  readonly tests: readonly Test[]
}

/**
 * Whether each implementation accepts the vector and computes what it says, by the implementation's name. All of them
 * are asked, so that two that differ are seen.
 */
export type Check = (test: Test, group: Group) => Promise<Readonly<Record<string, boolean>>>

/** Whether `work` gives the expected bytes. An error, and `undefined`, are refusals. */
export async function computes(
  expected: string | undefined,
  work: () => Uint8Array | undefined | Promise<Uint8Array | undefined>,
): Promise<boolean> {
  try {
    const computed = await work()
    return computed !== undefined && bytesToHex(new Uint8Array(computed)) === expected
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

export function bytes(text: string | undefined): Uint8Array {
  return hexToBytes(text ?? "")
}
