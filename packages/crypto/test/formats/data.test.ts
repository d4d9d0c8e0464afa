import { describe, expect, test } from "vitest"
import { fernetOpen, parseFernetKey } from "@darkslide/crypto/fernet"
import { verifyPassword } from "@darkslide/crypto/password"
import { encodeSFrameHeader, sframeAes128Gcm, sframeKeyRing, sframeReceiver } from "@darkslide/crypto/sframe"
import { chooseFernetCipher } from "../../src/fernet/cipher.ts"
import { fernetSealWith, timestampOf } from "../../src/fernet/fernet.ts"
import { decodeToken } from "../../src/fernet/token.ts"
import { nobleArgon2 } from "../../src/password/argon2.ts"
import { formatArgon2id } from "../../src/password/phc-string.ts"
import { deriveFrameKey, deriveKeyAndSalt, frameNonce, ratchetBaseKey } from "../../src/sframe/key-schedule.ts"
import { senderFrom } from "../../src/sframe/sender.ts"
import { exampleIn } from "./example-in.ts"

describe("the worked examples in docs/formats", () => {
  test("fernet.md", () => {
    const example = exampleIn("fernet")
    const key = parseFernetKey(example("key"))
    const token = decodeToken(example("token"))
    for (const name of ["timestamp", "iv", "ciphertext", "mac"] as const)
      expect(token && hex(token[name])).toBe(example(name))
    expect(token && hex(token.signed.subarray(0, 1))).toBe(example("version"))
    expect(text(fernetOpen(example("token"), { key }))).toBe(example("plaintext"))
    const timestamp = timestampOf(new Date(Number(example("seconds")) * 1000))
    expect(hex(timestamp)).toBe(example("timestamp"))
    const parts = { timestamp, iv: bytes(example("iv")), cipher: chooseFernetCipher() }
    expect(fernetSealWith(utf8(example("plaintext")), key, parts)).toBe(example("token"))
  })

  test("passwords.md", async () => {
    const example = exampleIn("passwords")
    const [password, salt] = [example("password"), bytes(example("salt"))]
    const parameters = { memoryKiB: 64, passes: 2, lanes: 1, salt }
    const tag = await nobleArgon2({ type: "argon2id", password: utf8(password), tagBytes: 32, ...parameters })
    expect(hex(tag)).toBe(example("tag"))
    expect(formatArgon2id({ ...parameters, tag })).toBe(example("argon2id"))
    for (const kind of ["argon2id", "bcrypt", "pbkdf2", "scrypt", "salted", "bare"]) {
      expect([kind, await verifyPassword(password, example(kind))]).toEqual([kind, { ok: true, needsRehash: true }])
      expect([kind, await verifyPassword("battery staple", example(kind))]).toMatchObject([kind, { ok: false }])
    }
  })

  test("sframe.md", async () => {
    const example = exampleIn("sframe")
    const suite = sframeAes128Gcm
    const [keyId, counter] = [BigInt(example("keyId")), BigInt(example("counter"))]
    const [baseKey, metadata] = [bytes(example("baseKey")), utf8(example("metadata"))]
    expect(suite.id).toBe(Number(example("suite")))
    const { secret, key, salt } = deriveKeyAndSalt(suite, keyId, baseKey)
    const computed = {
      secret,
      key,
      salt,
      nonce: frameNonce(salt, counter),
      header: encodeSFrameHeader({ keyId, counter }),
      ratcheted: ratchetBaseKey(suite, baseKey),
    }
    for (const [name, value] of Object.entries(computed)) expect([name, hex(value)]).toEqual([name, example(name)])
    const sender = senderFrom(await deriveFrameKey(suite, keyId, baseKey), { first: counter, limit: counter + 1n })
    expect(hex(await sender.encrypt(utf8(example("frame")), { metadata }))).toBe(example("sealed"))
    const keys = sframeKeyRing(suite)
    await keys.set(keyId, baseKey)
    const opened = await sframeReceiver(keys).decrypt(bytes(example("sealed")), { metadata })
    expect(text(opened.frame)).toBe(example("frame"))
  })
})

function bytes(hexText: string): Uint8Array {
  return new Uint8Array(Buffer.from(hexText, "hex"))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex")
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}
