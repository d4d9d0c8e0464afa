import { describe, expect, test } from "vitest"
import {
  generateKeyPair,
  inspect,
  open,
  passphraseIdentity,
  passphraseRecipient,
  rewrap,
  seal,
  splitFile,
  type Identity,
} from "@darkslide/crypto"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"

const bytes = new Uint8Array(70_000).map((_, i) => i)
const [a, b, c] = [generateKeyPair(), generateKeyPair(), generateKeyPair()]

const opens = async (header: Uint8Array, payload: Uint8Array, identity: Identity): Promise<boolean> => {
  try {
    expect(await open(new Uint8Array([...header, ...payload]), { with: [identity] })).toEqual(bytes)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: "CRYPTO_NO_IDENTITY_MATCHED" })
    return false
  }
}

describe("rewrap()", () => {
  test("to: only these can open the file from then on", async () => {
    const { header, payload } = splitFile(await seal(bytes, { to: [a.recipient, b.recipient] }))
    const renewed = await rewrap(header, { with: [a], to: [c.recipient, a.recipient] })
    expect(await Promise.all([a, b, c].map((who) => opens(renewed, payload, who)))).toEqual([true, false, true])
  })

  test("add: all who could open it still can; their stanzas stay byte for byte", async () => {
    const { header, payload } = splitFile(await seal(bytes, { to: [a.recipient, b.recipient] }))
    const renewed = await rewrap(header, { with: [b], add: [c.recipient] })
    expect(await Promise.all([a, b, c].map((who) => opens(renewed, payload, who)))).toEqual([true, true, true])
    const stanzas = (file: Uint8Array) => new TextDecoder().decode(file).split("-> ").slice(1, 3)
    expect(stanzas(renewed).map((text) => text.trim())).toEqual(
      stanzas(header).map((text) => text.split("---")[0]?.trim()),
    )
  })

  test("remove: takes stanzas out by their place", async () => {
    const { header, payload } = splitFile(await seal(bytes, { to: [a.recipient, b.recipient] }))
    const renewed = await rewrap(header, { with: [a], remove: (_stanza, index) => index === 0 })
    expect(await Promise.all([a, b].map((who) => opens(renewed, payload, who)))).toEqual([false, true])
    await expect(rewrap(header, { with: [a], remove: () => true })).rejects.toThrow(RangeError)
    await expect(rewrap(header, { with: [a], to: [] })).rejects.toThrow(RangeError)
  })

  test("makes of a passphrase a key, and the reverse, but not both", async () => {
    const sealed = await seal(bytes, { to: [passphraseRecipient("x", { workFactor: 2 })] })
    const { header, payload } = splitFile(sealed)
    const known = { with: [passphraseIdentity("x")] }
    const renewed = await rewrap(header, { ...known, to: [a.recipient] })
    expect(await opens(renewed, payload, a)).toBe(true)
    await expect(rewrap(header, { ...known, add: [a.recipient] })).rejects.toThrow(TypeError)
    await expect(rewrap(renewed, { with: [a], add: [passphraseRecipient("y", { workFactor: 2 })] })).rejects.toThrow(
      TypeError,
    )
  })

  test("keeps post-quantum files from being mixed", async () => {
    const me = generateHybridKeyPair()
    const { header } = splitFile(await seal(bytes, { to: [me.recipient] }))
    await expect(rewrap(header, { with: [me], add: [a.recipient] })).rejects.toThrow(TypeError)
    const classical = splitFile(await seal(bytes, { to: [a.recipient] })).header
    await expect(rewrap(classical, { with: [a], add: [me.recipient] })).rejects.toThrow(TypeError)
    const moved = await rewrap(classical, { with: [a], to: [me.recipient] })
    expect((await inspect(moved)).quantumThreat).toBe("no")
  })

  test("checks the MAC before it does anything", async () => {
    const { header } = splitFile(await seal(bytes, { to: [a.recipient, b.recipient] }))
    const [first, second] = [header.indexOf(0x0a) + 1, header.lastIndexOf(0x3e) - 1]
    expect(second).toBeGreaterThan(first)
    const cut = new Uint8Array([...header.subarray(0, first), ...header.subarray(second)])
    await expect(rewrap(cut, { with: [b], to: [a.recipient] })).rejects.toMatchObject({
      code: "CRYPTO_AUTHENTICATION_FAILED",
    })
    await expect(rewrap(header, { with: [c], add: [c.recipient] })).rejects.toMatchObject({
      code: "CRYPTO_NO_IDENTITY_MATCHED",
    })
  })
})
