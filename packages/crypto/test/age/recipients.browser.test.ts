import { describe, expect, test } from "vitest"
import { generateKeyPair, identityFromCryptoKey, open, seal } from "@darkslide/crypto"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"
import { parseSshIdentity, parseSshRecipient } from "@darkslide/crypto/ssh"
import { encryptedSshKey } from "./encrypted-ssh-key.ts"

const bytes = new Uint8Array([1, 2, 3])

describe("in a browser", () => {
  test("RSA and Ed25519 keys in SSH's clothes open what was sealed to them", async () => {
    const rsa = { name: "RSA-OAEP", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" }
    const keys = [
      (await crypto.subtle.generateKey(rsa, true, ["encrypt", "decrypt"])).privateKey,
      (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])).privateKey,
    ]
    for (const key of keys) {
      const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key))
      const pem = `-----BEGIN PRIVATE KEY-----\n${btoa(String.fromCharCode(...der))}\n-----END PRIVATE KEY-----\n`
      const identity = parseSshIdentity(pem)
      const sealed = await seal(bytes, { to: [parseSshRecipient(identity.recipient.toString())] })
      expect(await open(sealed, { with: [generateKeyPair(), identity] })).toEqual(bytes)
    }
  })

  test("a key that cannot be copied out opens files", async () => {
    const { privateKey } = await crypto.subtle.generateKey("X25519", false, ["deriveBits"])
    const me = await identityFromCryptoKey(privateKey)
    expect(await open(await seal(bytes, { to: [me.recipient] }), { with: [me] })).toEqual(bytes)
    const lowOrder = { type: "X25519", args: ["A".repeat(43)], body: new Uint8Array(32) }
    await expect(me.unwrap([lowOrder])).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })

  test("a post-quantum key opens files", async () => {
    const me = generateHybridKeyPair()
    expect(await open(await seal(bytes, { to: [me.recipient] }), { with: [me] })).toEqual(bytes)
  })

  test("an encrypted SSH key asks for its passphrase", async () => {
    const me = parseSshIdentity(encryptedSshKey, { passphrase: () => "x" })
    expect(await open(await seal(bytes, { to: [me.recipient] }), { with: [me] })).toEqual(bytes)
  })
})
