import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption"
import { describe, expect, test } from "vitest"
import { open, seal } from "@darkslide/crypto"
import { generateHybridKeyPair, parseHybridIdentity, parseHybridRecipient } from "@darkslide/crypto/hybrid"

const bytes = new Uint8Array(100_000).map((_, i) => i)

describe("generateHybridKeyPair()", () => {
  test("writes keys that are read again", async () => {
    const me = generateHybridKeyPair()
    expect(me.toString()).toMatch(/^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/)
    expect(me.recipient.toString()).toMatch(/^age1pq1[0-9a-z]{1952,}$/)
    const again = parseHybridIdentity(me.toString())
    expect(again.recipient.toString()).toBe(me.recipient.toString())
    const sealed = await seal(bytes, { to: [parseHybridRecipient(me.recipient.toString())] })
    expect(await open(sealed, { with: [generateHybridKeyPair(), again] })).toEqual(bytes)
    await expect(open(sealed, { with: [generateHybridKeyPair()] })).rejects.toMatchObject({
      code: "CRYPTO_NO_IDENTITY_MATCHED",
    })
  })
})

describe("parseHybridIdentity()", () => {
  test("refuses what is none, and never repeats it", () => {
    const { recipient } = generateHybridKeyPair()
    const secret = generateHybridKeyPair().toString()
    for (const text of ["", secret.slice(0, -1), `${secret}q`, secret.replace("PQ-", ""), recipient.toString()]) {
      expect(() => parseHybridIdentity(text)).toThrow(/^Cannot read identity: not Bech32 with the prefix [a-z-"]+$/)
    }
  })
})

describe("parseHybridRecipient()", () => {
  test("refuses what is none, however long it is", () => {
    const text = generateHybridKeyPair().recipient.toString()
    for (const bad of ["age1pq1", text.slice(0, -1), `${text}q`, "age1pq1".padEnd(1 << 20, "q")])
      expect(() => parseHybridRecipient(bad)).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }))
  })
})

describe("beside age-encryption", () => {
  test("it opens what we seal for age1pq1, and the reverse", async () => {
    const secret = await generateHybridIdentity()
    const recipient = await identityToRecipient(secret)
    expect(parseHybridIdentity(secret).recipient.toString()).toBe(recipient)
    const theirs = new Decrypter()
    theirs.addIdentity(secret)
    expect(await theirs.decrypt(await seal(bytes, { to: [parseHybridRecipient(recipient)] }))).toEqual(bytes)
    const sealer = new Encrypter()
    sealer.addRecipient(recipient)
    expect(await open(await sealer.encrypt(bytes), { with: [parseHybridIdentity(secret)] })).toEqual(bytes)
  })
})
