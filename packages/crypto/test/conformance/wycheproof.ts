import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { hkdf } from "@noble/hashes/hkdf.js"
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { verifySignature } from "@darkslide/crypto"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { tagBytes } from "../../src/aead/aead.ts"
import { nobleAead } from "../../src/aead/noble.ts"
import { nodeAead } from "../../src/aead/node.ts"
import { nodeCrypto, type NodeCrypto } from "../../src/native.ts"
import { chooseX25519, nobleX25519 } from "../../src/x25519.ts"
import { openBox } from "../../src/keyring/secret-box.ts"

type Test = Readonly<Record<string, string>> & { readonly tcId: number; readonly size?: number }

interface Group {
  readonly ivSize?: number
  readonly tagSize?: number
  readonly publicKey?: { readonly pk: string }
  readonly tests: readonly Test[]
}

/** Whether the primitive accepts the vector and computes what it says; `undefined` where this package cannot be asked. */
type Check = (test: Test, group: Group) => boolean | undefined

/** Wycheproof: the primitives as this package uses them, against inputs made to break them. */
export const set: ConformanceSet = {
  name: "wycheproof",
  async *run(folder) {
    const files = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted()
    for (const file of files) {
      const { testGroups } = JSON.parse(await readFile(join(folder, file), "utf8")) as { testGroups: readonly Group[] }
      for (const group of testGroups) for (const test of group.tests) yield runTest(file, group, test)
    }
  },
}

function runTest(file: string, group: Group, test: Test): VectorOutcome {
  const vector = `${file}#${test.tcId}`
  const kind = file.replace(/_test\.json$/, "")
  const check = checks[kind]
  if (!check) return { vector, kind, outcome: "not-built" }
  const accepted = check(test, group)
  if (accepted === undefined) return { vector, kind: `${kind} with other parameters`, outcome: "not-built" }
  // "acceptable" leaves the choice to the implementation.
  const right = test["result"] === "acceptable" || accepted === (test["result"] === "valid")
  return { vector, kind, outcome: right ? "passed" : "failed", detail: test["comment"] ?? "" }
}

const checks: Readonly<Record<string, Check>> = {
  chacha20_poly1305(test, group) {
    if (group.ivSize !== 96 || group.tagSize !== 128 || test["aad"] !== "") return undefined
    return [nodeAead(nodeCrypto() as NodeCrypto), nobleAead].every((aead) => {
      const sealed = Buffer.concat([bytes(test["ct"]), bytes(test["tag"])])
      const opened = new Uint8Array(sealed.length - tagBytes)
      const verified = aead.withKey(bytes(test["key"])).open(bytes(test["iv"]), sealed, opened)
      return verified === true && Buffer.from(opened).toString("hex") === test["msg"]
    })
  },
  xchacha20_poly1305(test, group) {
    if (group.ivSize !== 192 || group.tagSize !== 128) return undefined
    const box = Buffer.concat([bytes(test["iv"]), bytes(test["ct"]), bytes(test["tag"])])
    return computes(test["msg"], () => openBox(bytes(test["key"]), box, bytes(test["aad"]), "vector"))
  },
  ed25519: (test, group) => verifySignature(bytes(test["sig"]), bytes(test["msg"]), bytes(group.publicKey?.pk)),
  x25519: (test) =>
    [chooseX25519(), nobleX25519].every(({ withSecretKey }) =>
      computes(test["shared"], () => withSecretKey(bytes(test["private"])).agree(bytes(test["public"]))),
    ),
  hkdf_sha256: (test) =>
    computes(test["okm"], () =>
      hkdf(sha256, bytes(test["ikm"]), bytes(test["salt"]), bytes(test["info"]), test.size ?? 0),
    ),
  hmac_sha256(test) {
    const tag = Buffer.from(hmac(sha256, bytes(test["key"]), bytes(test["msg"]))).toString("hex")
    return tag.startsWith(test["tag"] ?? "none")
  },
}

function computes(expected: string | undefined, work: () => Uint8Array): boolean {
  try {
    return Buffer.from(work()).toString("hex") === expected
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

function bytes(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? "", "hex"))
}
