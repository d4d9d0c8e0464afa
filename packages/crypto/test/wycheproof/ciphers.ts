import { createDecipheriv, webcrypto, type CipherGCMTypes } from "node:crypto"
import { cbc } from "@noble/ciphers/aes.js"
import { chacha20poly1305 } from "@noble/ciphers/chacha.js"
import { tagBytes, type Aead } from "../../src/aead/aead.ts"
import { nobleAead } from "../../src/aead/noble.ts"
import { nodeAead } from "../../src/aead/node.ts"
import { loadWasmAead } from "../../src/aead/wasm.ts"
import { webCryptoAead } from "../../src/aead/webcrypto.ts"
import { importWebCryptoGcmKey, nobleGcmKey, type GcmKey } from "../../src/aes/gcm.ts"
import { chooseFernetCipher, nobleFernetCipher } from "../../src/fernet/cipher.ts"
import { nodeCrypto, type NodeCrypto } from "../../src/native.ts"
import { openBox } from "../../src/keyring/secret-box.ts"
import { bytes, computes, type Check, type Test } from "./vector.ts"

const subtle = webcrypto.subtle

/** Parts of an AEAD vector: the ciphertext has its tag at the end. */
function partsOf(test: Test) {
  const sealed = new Uint8Array(Buffer.concat([bytes(test["ct"]), bytes(test["tag"])]))
  return {
    key: bytes(test["key"]),
    nonce: bytes(test["iv"]),
    aad: bytes(test["aad"]),
    sealed,
    plaintext: bytes(test["msg"]),
  }
}

type Work = () => Uint8Array | undefined | Promise<Uint8Array | undefined>

const aeads: Promise<readonly Aead[]> = loadWasmAead().then((wasm) => {
  if (!wasm) throw new Error("The WASM kernel does not run here")
  return [nodeAead(nodeCrypto() as NodeCrypto), webCryptoAead, wasm, nobleAead]
})

async function openWith(aead: Aead, key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array) {
  const target = new Uint8Array(sealed.length - tagBytes)
  return (await aead.withKey(key).open(nonce, sealed, target)) ? target : undefined
}

/** Ours takes no additional data; with some, the libraries behind its backends are asked themselves. */
export const chacha20Poly1305: Check = async (test) => {
  const { key, nonce, aad, sealed } = partsOf(test)
  const backends: Record<string, Work> = {
    "noble itself": () => chacha20poly1305(key, nonce, aad).decrypt(sealed),
    "node:crypto itself": () => openNative("chacha20-poly1305", key, nonce, aad, sealed),
  }
  // Chunks of age have nonces of 12 bytes: a backend may not be asked for others.
  if (aad.length === 0 && nonce.length === 12)
    for (const aead of await aeads) backends[aead.backend] = () => openWith(aead, key, nonce, sealed)
  return await verdicts(backends, test["msg"])
}

export const xchacha20Poly1305: Check = async (test, group) => {
  const { key, nonce, aad, sealed } = partsOf(test)
  // A box starts with its nonce of 24 bytes: one of another length cannot be said.
  if (group.ivSize !== 192) return { box: false }
  const box = Buffer.concat([nonce, sealed])
  return await verdicts({ box: () => openBox(key, box, aad, "vector") }, test["msg"])
}

/**
 * As SFrame and the readers of old data use it, both directions: nonces of 12 and 16 bytes. Nonces of other lengths are
 * refused by one backend or another: none may then open to other bytes, and one of them must open what is valid.
 */
export const aesGcm: Check = async (test) => {
  const { key, nonce, aad, sealed, plaintext } = partsOf(test)
  const backends: Readonly<Record<string, () => Promise<Pick<GcmKey, "open"> & Partial<Pick<GcmKey, "seal">>>>> = {
    webcrypto: () => importWebCryptoGcmKey(subtle as SubtleCrypto, key),
    noble: async () => nobleGcmKey(key),
    "node:crypto itself": async () => ({
      open: async () => openNative(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, nonce, aad, sealed),
    }),
  }
  const results: Record<string, boolean> = {}
  const refusals = new Set<string>()
  for (const [name, importKey] of Object.entries(backends)) {
    const open = async () => (await importKey()).open(nonce, aad, sealed)
    results[name] = await computes(test["msg"], open)
    if (await refuses(open)) refusals.add(name)
    if (test["result"] !== "valid" || refusals.has(name)) continue
    results[`${name}, sealing`] = await computes(hex(sealed), async () => {
      const { seal } = await importKey()
      return seal ? await seal(nonce, aad, plaintext) : sealed
    })
  }
  const used = nonce.length === 12 || nonce.length === 16
  if (used || refusals.size === Object.keys(backends).length) return results
  return Object.fromEntries(Object.entries(results).filter(([name]) => !refusals.has(name)))
}

/** Fernet has 16-byte keys; with others, the libraries behind its backends are asked themselves. */
export const aesCbcPkcs5: Check = async (test) => {
  const [key, iv, ciphertext] = [bytes(test["key"]), bytes(test["iv"]), bytes(test["ct"])]
  const backends: Record<string, () => Uint8Array | undefined> = {
    "noble itself": () => cbc(key, iv).decrypt(ciphertext),
    "node:crypto itself": () => {
      const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv)
      return Buffer.concat([decipher.update(ciphertext), decipher.final()])
    },
  }
  const results: Record<string, boolean> = {}
  if (key.length === 16)
    for (const cipher of [chooseFernetCipher(), nobleFernetCipher]) {
      backends[cipher.backend] = () => cipher.decrypt(key, iv, ciphertext)
      if (test["result"] === "valid")
        results[`${cipher.backend}, encrypting`] = await computes(test["ct"], () =>
          cipher.encrypt(key, iv, bytes(test["msg"])),
        )
    }
  return { ...results, ...(await verdicts(backends, test["msg"])) }
}

async function verdicts(
  backends: Readonly<Record<string, Work>>,
  expected: string | undefined,
): Promise<Record<string, boolean>> {
  const results: Record<string, boolean> = {}
  for (const [name, work] of Object.entries(backends)) results[name] = await computes(expected, work)
  return results
}

async function refuses(work: () => Promise<Uint8Array | undefined>): Promise<boolean> {
  try {
    return (await work()) === undefined
  } catch (error) {
    if (error instanceof Error) return true
    throw error
  }
}

function openNative(
  algorithm: "chacha20-poly1305" | CipherGCMTypes,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  // OpenSSL takes shorter nonces and pads them: RFC 8439 has 12 bytes.
  if (algorithm === "chacha20-poly1305" && nonce.length !== 12) throw new RangeError("a nonce has 12 bytes")
  const decipher = createDecipheriv(algorithm as CipherGCMTypes, key, nonce, { authTagLength: 16 })
  decipher.setAAD(aad, { plaintextLength: sealed.length - 16 })
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}
