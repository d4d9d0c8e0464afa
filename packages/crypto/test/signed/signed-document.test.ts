import { describe, expect, test } from "vitest"
import {
  documentHash,
  generateCryptoKeyPair,
  generateSigningSeed,
  openSigned,
  padDocument,
  readUnverified,
  signDocument,
  signerFromCryptoKey,
  signerFromSeed,
} from "@darkslide/crypto"

const signer = signerFromSeed(generateSigningSeed())
const value = { v: 1, text: "дарк ✓" }

describe("openSigned()", () => {
  test("opens what signDocument() made, by a seed or by a CryptoKey", async () => {
    for (const each of [signer, await signerFromCryptoKey(await generateCryptoKeyPair())])
      expect(openSigned("d", await signDocument("d", value, each), each.publicKey)).toEqual(value)
  })

  test("refuses another domain, another key, and any changed byte", async () => {
    const document = await signDocument("d", value, signer)
    expect(() => openSigned("e", document, signer.publicKey)).toThrow("signature does not hold")
    const other = signerFromSeed(generateSigningSeed())
    expect(() => openSigned("d", document, other.publicKey)).toThrow("signature does not hold")
    for (let offset = 0; offset < document.length; offset++) {
      const changed = document.slice()
      changed[offset] = (changed[offset] ?? 0) ^ 1
      expect(() => openSigned("d", changed, signer.publicKey)).toThrow()
    }
  })

  test("reads through padding, which belongs to no hash", async () => {
    const document = await signDocument("d", value, signer)
    const padded = padDocument(document, 512)
    expect(padded).toHaveLength(512)
    expect(openSigned("d", padded, signer.publicKey)).toEqual(value)
    expect(documentHash(padded)).toEqual(documentHash(document))
    padded[511] = 1
    expect(() => openSigned("d", padded, signer.publicKey)).toThrow("something behind it")
  })
})

describe("readUnverified()", () => {
  test("refuses what is cut, and lengths that lie", async () => {
    const document = await signDocument("d", value, signer)
    expect(() => readUnverified(document.subarray(0, -1))).toThrow("cut")
    expect(() => readUnverified(new Uint8Array([0xff, 0xff, 0xff, 0xff]))).toThrow("longer than")
    expect(() => readUnverified(new Uint8Array(2))).toThrow("cut")
  })
})
