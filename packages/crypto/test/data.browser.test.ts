import * as hashWasm from "hash-wasm"
import { expect, test } from "vitest"
import { fernetOpen, fernetSeal, generateFernetKey, fernetKeyFromPassword } from "@darkslide/crypto/fernet"
import { legacyFrameReader } from "@darkslide/crypto/legacy"
import { hashPassword, hashWasmArgon2, verifyPassword } from "@darkslide/crypto/password"
import { sframeKeyRing, sframeReceiver, sframeSender } from "@darkslide/crypto/sframe"
import { nobleGcmKey } from "../src/aes/gcm.ts"
import { nobleCtrHmacKey } from "../src/sframe/ctr-hmac.ts"
import { baseKey, frame, suites } from "./sframe/frames.ts"

for (const [name, suite] of Object.entries(suites)) {
  test(`SFrame in a browser, ${name}`, async () => {
    const sender = await sframeSender({ suite, keyId: 1n, baseKey })
    const keys = sframeKeyRing(suite)
    await keys.set(1n, baseKey)
    const opened = await sframeReceiver(keys).decrypt(await sender.encrypt(frame(3)))
    expect(opened.frame).toEqual(frame(3))
  })
}

test("SFrame in a browser: WebCrypto computes what JavaScript does", async () => {
  for (const suite of Object.values(suites)) {
    const [key, nonce, aad] = [new Uint8Array(suite.keyBytes).fill(3), new Uint8Array(12).fill(4), new Uint8Array([5])]
    const sealed = await (await suite.importKey(key)).seal(nonce, aad, frame(7))
    const { hash } = suite
    const parameters = { hash, encryptionKeyBytes: key.length - hash.outputLen, tagBytes: sealed.length - 1200 }
    const gcm = suite.id === 4 || suite.id === 5
    const noble = gcm ? nobleGcmKey(key) : nobleCtrHmacKey(key, parameters)
    expect(await noble.seal(nonce, aad, frame(7))).toEqual(sealed)
    expect(await noble.open(nonce, aad, sealed)).toEqual(frame(7))
  }
})

test("Fernet in a browser", async () => {
  const key = generateFernetKey()
  expect(fernetOpen(fernetSeal(frame(5), { key }), { key, ttlSeconds: 60 })).toEqual(frame(5))
  const derived = await fernetKeyFromPassword("hunter2", {
    salt: new TextEncoder().encode("salt_"),
    iterations: 100_000,
  })
  expect(derived.toString()).toBe("K-D6tr5dsvhq-8eueRY8yhYvVD6HZuEkcKCetlB_3s4=")
})

test("passwords in a browser, where Argon2 is JavaScript", async () => {
  const hash = await hashPassword("x", { policy: { memoryKiB: 64, passes: 1 } })
  expect(await verifyPassword("x", hash)).toEqual({ ok: true, needsRehash: true })
  const bcrypt = "$2b$10$zSGmvP1L6B0kNBY5h0to4OSNsSiWP0tAAsPrH24pFp55iClNEm1Da"
  expect(await verifyPassword("hunter2", bcrypt)).toEqual({ ok: true, needsRehash: true })
})

test("passwords in a browser, by hash-wasm", async () => {
  const argon2 = hashWasmArgon2(hashWasm)
  const hash = await hashPassword("x", { argon2 })
  expect(await verifyPassword("x", hash, { argon2 })).toEqual({ ok: true, needsRehash: false })
  expect(await verifyPassword("x", hash)).toEqual({ ok: true, needsRehash: false })
  expect(await verifyPassword("y", hash, { argon2 })).toEqual({ ok: false, needsRehash: false })
})

test("old frames in a browser, with nonces of 12 and 16 bytes", async () => {
  const key = new Uint8Array(32).fill(1)
  for (const length of [12, 16]) {
    const nonce = new Uint8Array(length)
    const sealed = await nobleGcmKey(key).seal(nonce, new Uint8Array(), frame(2))
    const reader = await legacyFrameReader({ key })
    const old = { nonce, ciphertext: sealed.subarray(0, -16), tag: sealed.subarray(-16) }
    expect(await reader.read(old)).toEqual(frame(2))
  }
})
