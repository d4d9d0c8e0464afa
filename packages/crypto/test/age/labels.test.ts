import { describe, expect, test } from "vitest"
import { generateKeyPair, open, passphraseRecipient, seal, sealHeader, type Recipient } from "@darkslide/crypto"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"

const bytes = new Uint8Array([1, 2, 3])
const labelled = (labels?: readonly string[]): Recipient => ({
  labels,
  wrap: async () => [{ type: "grease", args: ["a"], body: new Uint8Array(3) }],
})

describe("seal()", () => {
  test("refuses a post-quantum recipient beside a classical one, and says why", async () => {
    const to = [generateHybridKeyPair().recipient, generateKeyPair().recipient]
    await expect(seal(bytes, { to })).rejects.toThrow(/^post-quantum and other recipients must not be mixed/)
    await expect(seal(bytes, { to })).rejects.toThrow(TypeError)
  })

  test("takes several post-quantum recipients", async () => {
    const [a, b] = [generateHybridKeyPair(), generateHybridKeyPair()]
    const sealed = await seal(bytes, { to: [a.recipient, b.recipient] })
    for (const one of [a, b]) expect(await open(sealed, { with: [one] })).toEqual(bytes)
  })

  test("refuses a passphrase beside anything, also beside itself", async () => {
    const passphrase = passphraseRecipient("x", { workFactor: 1 })
    const other = passphraseRecipient("x", { workFactor: 1 })
    for (const to of [
      [passphrase, labelled()],
      [passphrase, other],
      [passphrase, passphrase],
    ])
      await expect(seal(bytes, { to })).rejects.toThrow(TypeError)
  })

  test("compares labels whatever their order", async () => {
    const fileKey = new Uint8Array(16)
    await expect(sealHeader(fileKey, { to: [labelled(["a", "b"]), labelled(["b", "a"])] })).resolves.toBeDefined()
    await expect(sealHeader(fileKey, { to: [labelled([]), labelled()] })).resolves.toBeDefined()
    for (const others of [["a"], ["a", "b", "b"], ["a,b"], []])
      await expect(sealHeader(fileKey, { to: [labelled(["a", "b"]), labelled(others)] })).rejects.toThrow(TypeError)
  })
})
