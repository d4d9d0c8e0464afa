import { describe, expect, test } from "vitest"
import { armor, generateKeyPair, open, passphraseIdentity, passphraseRecipient, seal } from "@darkslide/crypto"
import { openIdentityFile, parseAnyRecipient, parseIdentityFile, parseRecipientFile } from "@darkslide/crypto/files"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"

const bytes = new Uint8Array([1, 2, 3])
const [me, other, quantum] = [generateKeyPair(), generateKeyPair(), generateHybridKeyPair()]

describe("parseIdentityFile()", () => {
  test("reads identities of every kind, comments and empty lines, with any line ends", async () => {
    const identities = parseIdentityFile(`# created: today\r\n\r\n  ${me.toString()}\r\n#\n${quantum.toString()}`)
    expect(identities.map(({ recipient }) => String(recipient))).toEqual([
      me.recipient.toString(),
      quantum.recipient.toString(),
    ])
    for (const { recipient } of [me, quantum])
      expect(await open(await seal(bytes, { to: [recipient] }), { with: identities })).toEqual(bytes)
  })

  test("names the line that is wrong, and nothing of what stands in it", () => {
    const secret = me.toString()
    for (const bad of [secret.slice(0, -1), `${secret} x`, other.recipient.toString()]) {
      const read = () => parseIdentityFile(`# one\n${other.toString()}\n${bad}\n`)
      expect(read).toThrow(/^Cannot read identity file: line 3: not Bech32 with the prefix "age-secret-key-"$/)
      expect(read).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }))
    }
    expect(() => parseIdentityFile("AGE-PLUGIN-YUBIKEY-1QQ")).toThrow(/line 1: plugins of age are not supported$/)
    expect(() => parseIdentityFile("# nothing\n")).toThrow(/there is none in it/)
  })
})

describe("openIdentityFile()", () => {
  test("opens an identity file that is sealed to a passphrase, armored or not", async () => {
    const text = new TextEncoder().encode(`# mine\n${me.toString()}\n`)
    const file = await seal(text, { to: [passphraseRecipient("secret", { workFactor: 4 })] })
    for (const sealed of [file, new TextEncoder().encode(armor(file))]) {
      const [identity] = await openIdentityFile(sealed, { with: [passphraseIdentity("secret")] })
      expect(String(identity?.recipient)).toBe(me.recipient.toString())
    }
    await expect(openIdentityFile(file, { with: [passphraseIdentity("other")] })).rejects.toMatchObject({
      code: "CRYPTO_NO_IDENTITY_MATCHED",
    })
  })
})

describe("parseRecipientFile()", () => {
  test("reads recipients and names the line that is wrong", async () => {
    const to = parseRecipientFile(`# us\n${me.recipient.toString()}\n\n${other.recipient.toString()}\n`)
    expect(await open(await seal(bytes, { to }), { with: [other] })).toEqual(bytes)
    expect(() => parseRecipientFile(`${me.recipient.toString()}\nssh-dss AAAA`)).toThrow(
      /line 2: DSA keys are not supported/,
    )
    expect(() => parseRecipientFile("sk-ssh-ed25519@openssh.com AAAA")).toThrow(/line 1: a key on a security key/)
    expect(() => parseRecipientFile("\n")).toThrow(/there is none in it/)
  })
})

describe("parseAnyRecipient()", () => {
  test("names a plugin that it does not have", () => {
    expect(() => parseAnyRecipient("age1yubikey1qqqq")).toThrow(/the plugin "yubikey" is not supported/)
    expect(() => parseAnyRecipient("age1qqqq")).toThrow(/not Bech32 with the prefix "age"/)
  })
})
