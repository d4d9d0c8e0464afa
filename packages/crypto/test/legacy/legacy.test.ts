import { constants, createCipheriv, generateKeyPairSync, publicEncrypt } from "node:crypto"
import { describe, expect, test } from "vitest"
import { legacyFrameReader, legacyRsaReader } from "@darkslide/crypto/legacy"
import { nobleGcmKey } from "../../src/aes/gcm.ts"

const key = new Uint8Array(32).fill(5)
const plaintext = new TextEncoder().encode("one frame")

describe("legacyFrameReader()", () => {
  test("reads frames with nonces of 12 and 16 bytes, as noble does, and no others", async () => {
    const reader = await legacyFrameReader({ key })
    for (const length of [12, 16]) {
      const nonce = new Uint8Array(length).fill(length)
      const cipher = createCipheriv("aes-256-gcm", key, nonce)
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
      const frame = { nonce, ciphertext, tag: cipher.getAuthTag() }
      expect(await reader.read(frame)).toEqual(plaintext)
      const sealed = Buffer.concat([ciphertext, frame.tag])
      expect(await nobleGcmKey(key).open(nonce, new Uint8Array(), sealed)).toEqual(plaintext)

      const changed = ciphertext.map((byte, index) => (index === 3 ? byte ^ 1 : byte))
      await expect(reader.read({ ...frame, ciphertext: changed })).rejects.toMatchObject({
        code: "CRYPTO_AUTHENTICATION_FAILED",
      })
      for (const wrong of [{ nonce: nonce.subarray(1) }, { tag: frame.tag.subarray(4) }])
        await expect(reader.read({ ...frame, ...wrong })).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
    }
  })

  test("refuses a key of another length as a mistake", async () => {
    await expect(legacyFrameReader({ key: new Uint8Array(16) })).rejects.toThrow(RangeError)
  })
})

describe("legacyRsaReader()", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const pems = [
    privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  ]
  const encrypt = (bytes: Uint8Array, oaepHash = "sha1"): Uint8Array =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes)

  test("reads PKCS #8 and PKCS #1 keys, blocks and images", async () => {
    const image = new Uint8Array(1000).map((_, index) => index)
    const blocks = [0, 214, 428, 642, 856].map((offset) => encrypt(image.subarray(offset, offset + 214)))
    for (const pem of [...pems, pems[0]?.replaceAll("\n", "\r\n") ?? ""]) {
      const reader = await legacyRsaReader(pem)
      expect(reader.blockBytes).toBe(256)
      expect(await reader.read(encrypt(plaintext))).toEqual(plaintext)
      expect(Buffer.compare(await reader.readChunked(Buffer.concat(blocks)), image)).toBe(0)
    }
  })

  test("refuses what does not open", async () => {
    const reader = await legacyRsaReader(pems[0] ?? "")
    const failed = { code: "CRYPTO_AUTHENTICATION_FAILED" }
    await expect(reader.read(encrypt(plaintext, "sha256"))).rejects.toMatchObject(failed)
    await expect(reader.read(new Uint8Array(256).fill(0xff))).rejects.toMatchObject(failed)
    await expect(reader.read(new Uint8Array(255))).rejects.toMatchObject(failed)
    const label = new TextEncoder().encode("another label")
    await expect((await legacyRsaReader(pems[0] ?? "", { label })).read(encrypt(plaintext))).rejects.toMatchObject(
      failed,
    )
    for (const length of [0, 255, 257])
      await expect(reader.readChunked(new Uint8Array(length))).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })

  test("refuses what is no unencrypted RSA key, without repeating it", async () => {
    const options = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" } as const
    const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
    const wrong = [
      "",
      "secret",
      privateKey.export(options).toString(),
      elliptic.export({ type: "pkcs8", format: "pem" }).toString(),
      publicKey.export({ type: "spki", format: "pem" }).toString(),
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      "-----BEGIN PRIVATE KEY-----\nA=A\n-----END PRIVATE KEY-----\n",
      `-----BEGIN PRIVATE KEY-----\n${"A".repeat(40_000)}\n-----END PRIVATE KEY-----\n`,
    ]
    for (const pem of wrong) await expect(legacyRsaReader(pem)).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })
})
