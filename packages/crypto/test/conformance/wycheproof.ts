import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"
import { aesCbcPkcs5, aesGcm, chacha20Poly1305, xchacha20Poly1305 } from "../wycheproof/ciphers.ts"
import { hkdfSha256, hmacSha256, pbkdf2HmacSha256 } from "../wycheproof/hashes.ts"
import { ed25519, mlKem768, mlKem768Expanded, rsaOaep, x25519 } from "../wycheproof/keys.ts"
import type { Check, Group, Test } from "../wycheproof/vector.ts"

/** Wycheproof: the primitives as this package uses them, on every backend, against inputs made to break them. */
export const set: ConformanceSet = {
  name: "wycheproof",
  async *run(folder) {
    const files = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted()
    for (const file of files) {
      const { testGroups } = JSON.parse(await readFile(join(folder, file), "utf8")) as { testGroups: readonly Group[] }
      for (const group of testGroups) for (const test of group.tests) yield await runTest(file, group, test)
    }
  },
}

const checks: Readonly<Record<string, Check>> = {
  aes_cbc_pkcs5: aesCbcPkcs5,
  aes_gcm: aesGcm,
  chacha20_poly1305: chacha20Poly1305,
  ed25519,
  hkdf_sha256: hkdfSha256,
  hmac_sha256: hmacSha256,
  mlkem_768: mlKem768,
  mlkem_768_semi_expanded_decaps: mlKem768Expanded,
  pbkdf2_hmacsha256: pbkdf2HmacSha256,
  rsa_oaep_2048_sha1_mgf1sha1: rsaOaep,
  rsa_oaep_2048_sha256_mgf1sha256: rsaOaep,
  rsa_oaep_3072_sha256_mgf1sha256: rsaOaep,
  x25519,
  xchacha20_poly1305: xchacha20Poly1305,
}

async function runTest(file: string, group: Group, test: Test): Promise<VectorOutcome> {
  const vector = `${file}#${test.tcId}`
  const kind = file.replace(/_test\.json$/, "")
  const check = checks[kind]
  if (!check) return { vector, kind, outcome: "not-built" }
  // "acceptable" leaves the choice to the implementation.
  const expected = test["result"] === "acceptable" ? undefined : test["result"] === "valid"
  const wrong = Object.entries(await check(test, group)).filter(([, accepted]) => accepted !== (expected ?? accepted))
  const detail = `${test["comment"] ?? ""} (${wrong.map(([name]) => name).join(", ")})`
  return { vector, kind, outcome: wrong.length === 0 ? "passed" : "failed", detail }
}
