import { pbkdf2Async } from "@noble/hashes/pbkdf2.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { describe, expect, test } from "vitest"
import { commands } from "vitest/browser"
import { legacyRsaReader } from "@darkslide/crypto/legacy"
import { tagBytes, type Aead } from "../../src/aead/aead.ts"
import { nobleAead } from "../../src/aead/noble.ts"
import { loadWasmAead } from "../../src/aead/wasm.ts"
import { webCryptoAead } from "../../src/aead/webcrypto.ts"
import { importWebCryptoGcmKey, nobleGcmKey } from "../../src/aes/gcm.ts"
import { nobleFernetCipher } from "../../src/fernet/cipher.ts"
import { pbkdf2WebCrypto } from "../../src/kdf/native-pbkdf2.ts"
import { nobleX25519 } from "../../src/x25519.ts"
import { bytes, computes, type Check, type Group, type Test } from "./vector.ts"

declare module "vitest/browser" {
  interface BrowserCommands {
    readVectors: (file: string) => Promise<string | undefined>
  }
}

const sealedOf = (test: Test): Uint8Array => concatBytes(bytes(test["ct"]), bytes(test["tag"]))

const wasm = (await loadWasmAead()) as Aead

/** What a backend here is asked: parameters that this package uses. Others are left to the runner on Node. */
const checks: Readonly<Record<string, { readonly asks: (test: Test) => boolean; readonly check: Check }>> = {
  chacha20_poly1305: {
    asks: (test) => test["aad"] === "" && test["iv"]?.length === 24,
    async check(test) {
      const results: Record<string, boolean> = {}
      for (const aead of [webCryptoAead, wasm, nobleAead])
        results[aead.backend] = await computes(test["msg"], async () => {
          const target = new Uint8Array(sealedOf(test).length - tagBytes)
          const held = await aead.withKey(bytes(test["key"])).open(bytes(test["iv"]), sealedOf(test), target)
          return held ? target : undefined
        })
      return results
    },
  },
  aes_gcm: {
    // Chromium has no AES-192, and nothing here uses it.
    asks: (test) => [24, 32].includes(test["iv"]?.length ?? 0) && test["key"]?.length !== 48,
    async check(test) {
      const [key, nonce, aad] = [bytes(test["key"]), bytes(test["iv"]), bytes(test["aad"])]
      return {
        webcrypto: await computes(test["msg"], async () =>
          (await importWebCryptoGcmKey(crypto.subtle, key)).open(nonce, aad, sealedOf(test)),
        ),
        noble: await computes(test["msg"], () => nobleGcmKey(key).open(nonce, aad, sealedOf(test))),
      }
    },
  },
  aes_cbc_pkcs5: {
    asks: (test) => test["key"]?.length === 32,
    check: async (test) => ({
      noble: await computes(test["msg"], () =>
        nobleFernetCipher.decrypt(bytes(test["key"]), bytes(test["iv"]), bytes(test["ct"])),
      ),
    }),
  },
  pbkdf2_hmacsha256: {
    asks: () => true,
    async check(test) {
      const [password, salt] = [bytes(test["password"]), bytes(test["salt"])]
      const [iterations, length] = [test.iterationCount ?? 0, test.dkLen ?? 0]
      return {
        webcrypto: await computes(test["dk"], () => pbkdf2WebCrypto("sha256", password, { salt, iterations, length })),
        noble: await computes(test["dk"], () => pbkdf2Async(sha256, password, salt, { c: iterations, dkLen: length })),
      }
    },
  },
  rsa_oaep_2048_sha1_mgf1sha1: { asks: () => true, check: checkRsa },
  rsa_oaep_2048_sha256_mgf1sha256: { asks: () => true, check: checkRsa },
  rsa_oaep_3072_sha256_mgf1sha256: { asks: () => true, check: checkRsa },
  x25519: {
    asks: () => true,
    check: async (test) => ({
      noble: await computes(test["shared"], () =>
        nobleX25519.withSecretKey(bytes(test["private"])).agree(bytes(test["public"])),
      ),
    }),
  },
}

async function checkRsa(test: Test, group: Group): Promise<Record<string, boolean>> {
  const reader = legacyRsaReader(group.privateKeyPem ?? "", { hash: group.sha, label: bytes(test["label"]) })
  return { webcrypto: await computes(test["msg"], async () => (await reader).read(bytes(test["ct"]))) }
}

describe("Wycheproof in a browser", () => {
  for (const [kind, { asks, check }] of Object.entries(checks))
    test(
      kind,
      async ({ skip }) => {
        const text = await commands.readVectors(`wycheproof/${kind}_test.json`)
        if (text === undefined) return skip("no test data")
        const { testGroups } = JSON.parse(text) as { testGroups: readonly Group[] }
        const wrong: string[] = []
        let asked = 0
        for (const group of testGroups)
          for (const vector of group.tests.filter(asks)) {
            asked++
            for (const [backend, accepted] of Object.entries(await check(vector, group)))
              if (vector["result"] !== "acceptable" && accepted !== (vector["result"] === "valid"))
                wrong.push(`${vector.tcId} ${vector["comment"]}: ${backend}`)
          }
        expect(wrong).toEqual([])
        expect(asked).toBeGreaterThan(10)
      },
      60_000,
    )
})
