import { Chacha20Poly1305 } from "@hpke/chacha20poly1305"
import { CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core"
import { p256 } from "@noble/curves/nist.js"
import { extract } from "@noble/hashes/hkdf.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { ml_kem768_p256 as kem } from "@noble/post-quantum/hybrid.js"
import { describe, expect, test } from "vitest"
import { generateKeyPair, open, seal, type Identity } from "@darkslide/crypto"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"
import { parseTagRecipient } from "@darkslide/crypto/tag"
import { fromBase64, toBase64 } from "../../src/bytes/base64.ts"
import { hpkeOpen, kemIds } from "../../src/age/hpke.ts"
import { encodeKeyText } from "../../src/age/key-text.ts"

const bytes = new Uint8Array([1, 2, 3])

describe("parseTagRecipient()", () => {
  test("reads the specification's example", () => {
    const text = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"
    expect(parseTagRecipient(text).toString()).toBe(text)
  })

  test("refuses a key that is no point, and text that is no key", () => {
    const noPoint = encodeKeyText("age1tag", new Uint8Array(33).fill(5))
    const noPqPoint = encodeKeyText("age1tagpq", new Uint8Array(1249).fill(5))
    for (const text of [noPoint, noPqPoint, "age1tag1", "age1tagpq1", generateKeyPair().recipient.toString()])
      expect(() => parseTagRecipient(text)).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }))
  })
})

describe("an age1tag1 recipient", () => {
  test("seals what an implementation of HPKE opens, under the tag of its key", async () => {
    const { secretKey, publicKey } = p256.keygen()
    const recipient = parseTagRecipient(encodeKeyText("age1tag", publicKey))
    const info = new TextEncoder().encode("age-encryption.org/p256tag")
    const suite = new CipherSuite({
      kem: new DhkemP256HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Chacha20Poly1305(),
    })
    const identity: Identity = {
      async unwrap([stanza]) {
        const [tag = "", share = ""] = stanza?.args ?? []
        const enc = fromBase64(share, 65)
        const ownTag = extract(sha256, new Uint8Array([...enc, ...sha256(publicKey).subarray(0, 4)]), info)
        expect(tag).toBe(toBase64(ownTag.subarray(0, 4)))
        const key = await suite.kem.importKey("raw", new Uint8Array(secretKey).buffer, false)
        const body = new Uint8Array(stanza?.body ?? []).buffer
        return new Uint8Array(
          await suite.open({ recipientKey: key, enc: new Uint8Array(enc).buffer, info: info.buffer }, body),
        )
      },
    }
    const sealed = await seal(bytes, { to: [recipient, generateKeyPair().recipient] })
    expect(await open(sealed, { with: [identity] })).toEqual(bytes)
  })
})

describe("an age1tagpq1 recipient", () => {
  test("seals what its key opens, and stands beside hybrid recipients only", async () => {
    const { secretKey, publicKey } = kem.keygen()
    const recipient = parseTagRecipient(encodeKeyText("age1tagpq", publicKey))
    const identity: Identity = {
      async unwrap([stanza]) {
        const secret = kem.decapsulate(fromBase64(stanza?.args[1] ?? "", 1153), secretKey)
        const info = "age-encryption.org/mlkem768p256tag"
        return hpkeOpen(kemIds.mlKem768P256, secret, info, stanza?.body ?? new Uint8Array())
      },
    }
    const sealed = await seal(bytes, { to: [recipient, generateHybridKeyPair().recipient] })
    expect(await open(sealed, { with: [identity] })).toEqual(bytes)
    await expect(seal(bytes, { to: [recipient, generateKeyPair().recipient] })).rejects.toThrow(TypeError)
  })
})
