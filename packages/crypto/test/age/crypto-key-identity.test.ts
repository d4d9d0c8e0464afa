import { describe, expect, test } from "vitest"
import { generateKeyPair, identityFromCryptoKey, open, seal } from "@darkslide/crypto"

const bytes = new Uint8Array([1, 2, 3])

describe("identityFromCryptoKey()", () => {
  test("opens with a key that cannot be copied out", async () => {
    const { privateKey } = await crypto.subtle.generateKey("X25519", false, ["deriveBits"])
    expect(privateKey.extractable).toBe(false)
    const me = await identityFromCryptoKey(privateKey)
    const stranger = generateKeyPair()
    const sealed = await seal(bytes, { to: [stranger.recipient, me.recipient] })
    expect(await open(sealed, { with: [me] })).toEqual(bytes)
    await expect(open(await seal(bytes, { to: [stranger.recipient] }), { with: [me] })).rejects.toMatchObject({
      code: "CRYPTO_NO_IDENTITY_MATCHED",
    })
  })

  test("refuses broken stanzas as the other X25519 identity does", async () => {
    const { privateKey } = await crypto.subtle.generateKey("X25519", false, ["deriveBits"])
    const me = await identityFromCryptoKey(privateKey)
    const lowOrder = "A".repeat(43)
    const body = new Uint8Array(32)
    for (const args of [[], [lowOrder], [lowOrder, "x"], ["AAAA"]])
      for (const identity of [me, generateKeyPair()])
        await expect(identity.unwrap([{ type: "X25519", args, body }])).rejects.toMatchObject({
          code: "CRYPTO_MALFORMED",
        })
    expect(await me.unwrap([{ type: "other", args: [], body }])).toBeNull()
  })

  test("refuses other keys", async () => {
    const pair = await crypto.subtle.generateKey("X25519", false, ["deriveKey"])
    await expect(identityFromCryptoKey(pair.privateKey)).rejects.toThrow(TypeError)
    await expect(identityFromCryptoKey(pair.publicKey)).rejects.toThrow(TypeError)
    const ecdh = { name: "ECDH", namedCurve: "P-256" }
    const { privateKey } = await crypto.subtle.generateKey(ecdh, false, ["deriveBits"])
    await expect(identityFromCryptoKey(privateKey)).rejects.toThrow(TypeError)
  })
})
