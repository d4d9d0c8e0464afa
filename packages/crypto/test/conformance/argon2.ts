import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { hashWasmArgon2, verifyPassword, type Argon2Input } from "@darkslide/crypto/password"
import * as hashWasm from "hash-wasm"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { nobleArgon2, nodeArgon2, type Argon2, type Argon2Type } from "../../src/password/argon2.ts"

interface HashTest {
  readonly type: Argon2Type
  readonly version: 16 | 19
  readonly t: number
  readonly m_kib: number
  readonly p: number
  readonly password: string
  readonly salt: string
  readonly hash_hex: string
  readonly encoded: string
}

interface KnownAnswer {
  readonly type: Argon2Type
  readonly version: 16 | 19
  readonly t: number
  readonly m_kib: number
  readonly p: number
  readonly taglen: number
  readonly password_hex: string
  readonly salt_hex: string
  readonly secret_hex: string
  readonly ad_hex: string
  readonly tag_hex: string
}

/** The reference implementation's hash tests and RFC 9106's answers, on every backend that knows their version. */
export const set: ConformanceSet = {
  name: "argon2",
  async *run(folder) {
    for (const test of await readList<HashTest>(folder, "reference-hashtests")) {
      const input = {
        ...inputOf(test),
        password: Buffer.from(test.password),
        salt: Buffer.from(test.salt),
        tagBytes: test.hash_hex.length / 2,
      }
      const wrong = await wrongBackends(input, test.version, test.hash_hex)
      const options = { limits: { maxMemoryKiB: test.m_kib } }
      if (!(await verifyPassword(test.password, test.encoded, options)).ok) wrong.push("verifyPassword")
      yield outcome(test.encoded, test, wrong)
    }
    for (const test of await readList<KnownAnswer>(folder, "rfc9106-kats")) {
      const input = {
        ...inputOf(test),
        password: bytes(test.password_hex),
        salt: bytes(test.salt_hex),
        secret: bytes(test.secret_hex),
        associatedData: bytes(test.ad_hex),
        tagBytes: test.taglen,
      }
      yield outcome(
        `${test.type} version ${test.version}`,
        test,
        await wrongBackends(input, test.version, test.tag_hex),
      )
    }
  },
}

function inputOf({ type, t, m_kib, p }: Pick<HashTest, "type" | "t" | "m_kib" | "p">) {
  return { type, passes: t, memoryKiB: m_kib, lanes: p }
}

async function wrongBackends(input: Argon2Input, version: 16 | 19, tag: string): Promise<string[]> {
  const native = nodeArgon2()
  const backends: Readonly<Record<string, Argon2>> = {
    noble: (given) => nobleArgon2(given, version),
    ...(version === 19 && { "hash-wasm": hashWasmArgon2(hashWasm) }),
    ...(version === 19 && native && { node: native }),
  }
  const wrong = []
  for (const [name, backend] of Object.entries(backends))
    if (Buffer.from(await backend(input)).toString("hex") !== tag) wrong.push(name)
  return wrong
}

function outcome(vector: string, test: Pick<HashTest, "type">, wrong: readonly string[]): VectorOutcome {
  return { vector, kind: test.type, outcome: wrong.length === 0 ? "passed" : "failed", detail: wrong.join(", ") }
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"))
}

async function readList<Item>(folder: string, name: string): Promise<readonly Item[]> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as readonly Item[]
}
