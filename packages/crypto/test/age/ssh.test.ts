import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { generateKeyPairSync } from "node:crypto"
import { afterAll, describe, expect, test } from "vitest"
import { open, seal } from "@darkslide/crypto"
import { parseSshIdentity, parseSshRecipient } from "@darkslide/crypto/ssh"
import { has } from "../programs.ts"

const bytes = new Uint8Array(70_000).map((_, i) => i)
const folder = mkdtempSync(join(tmpdir(), "darkslide-ssh-"))
afterAll(() => rmSync(folder, { recursive: true }))

const sshKeygen = has("ssh-keygen", "-?")
const openssl = has("openssl", "version")

/** A new key file of ssh-keygen, with its public line. */
function keygen(name: string, ...args: readonly string[]): { secret: string; line: string } {
  execFileSync("ssh-keygen", ["-q", "-f", join(folder, name), "-C", "a comment", ...args], { stdio: "ignore" })
  return { secret: readFileSync(join(folder, name), "utf8"), line: readFileSync(join(folder, `${name}.pub`), "utf8") }
}

describe.skipIf(!sshKeygen)("keys of ssh-keygen", () => {
  test.each([
    ["ed25519", ["-t", "ed25519", "-N", ""]],
    ["rsa2048", ["-t", "rsa", "-b", "2048", "-N", ""]],
    ["rsa3072-pkcs1", ["-t", "rsa", "-b", "3072", "-N", "", "-m", "PEM"]],
    ["rsa2048-pkcs8", ["-t", "rsa", "-b", "2048", "-N", "", "-m", "PKCS8"]],
    ["ed25519-encrypted", ["-t", "ed25519", "-N", "парол ✓", "-a", "4"]],
    ["rsa2048-encrypted", ["-t", "rsa", "-b", "2048", "-N", "парол ✓", "-a", "2"]],
  ])("%s: seals to the public line, opens with the key file", async (name, args) => {
    const { secret, line } = keygen(name, ...args)
    const recipient = parseSshRecipient(line)
    expect(`${recipient.toString()} a comment\n`).toBe(line)
    const identity = parseSshIdentity(secret, { passphrase: "парол ✓" })
    expect(identity.type).toBe(recipient.type)
    expect(identity.recipient.toString()).toBe(recipient.toString())
    expect(await open(await seal(bytes, { to: [recipient] }), { with: [identity] })).toEqual(bytes)
  })

  test("an encrypted key asks once, only for a file of its own, and again after a wrong passphrase", async () => {
    const { secret, line } = keygen("asked", "-t", "ed25519", "-N", "right", "-a", "1")
    const other = keygen("asked-other", "-t", "ed25519", "-N", "")
    const answers = ["wrong", "right"]
    let asked = 0
    const identity = parseSshIdentity(secret, { passphrase: () => answers[asked++] ?? "" })
    const sealed = await seal(bytes, { to: [parseSshRecipient(line)] })
    await expect(
      open(await seal(bytes, { to: [parseSshRecipient(other.line)] }), { with: [identity] }),
    ).rejects.toMatchObject({ code: "CRYPTO_NO_IDENTITY_MATCHED" })
    expect(asked).toBe(0)
    await expect(open(sealed, { with: [identity] })).rejects.toMatchObject({ code: "CRYPTO_AUTHENTICATION_FAILED" })
    for (let i = 0; i < 2; i++) expect(await open(sealed, { with: [identity] })).toEqual(bytes)
    expect(asked).toBe(2)
  })

  test("an encrypted key without a passphrase, or with too many rounds, is refused at once", () => {
    const { secret } = keygen("rounds", "-t", "ed25519", "-N", "x", "-a", "20")
    expect(() => parseSshIdentity(secret)).toThrow(
      /^Cannot read SSH key: it is encrypted, and no passphrase was given$/,
    )
    expect(() => parseSshIdentity(secret, { passphrase: "x", maxRounds: 19 })).toThrow(
      expect.objectContaining({ code: "CRYPTO_LIMIT_EXCEEDED" }),
    )
  })

  test("other ciphers, ECDSA keys and weak RSA are refused with a way out", () => {
    const other = keygen("gcm", "-t", "ed25519", "-N", "x", "-a", "1", "-Z", "aes256-gcm@openssh.com")
    expect(() => parseSshIdentity(other.secret, { passphrase: "x" })).toThrow(/ssh-keygen -p -Z aes256-ctr/)
    const ecdsa = keygen("ecdsa", "-t", "ecdsa", "-N", "")
    expect(() => parseSshIdentity(ecdsa.secret)).toThrow(/ECDSA keys are not supported/)
    expect(() => parseSshRecipient(ecdsa.line)).toThrow(/ECDSA keys are not supported/)
    const weak = keygen("weak", "-t", "rsa", "-b", "1024", "-N", "")
    expect(() => parseSshRecipient(weak.line)).toThrow(/RSA of 1024 bits is too weak/)
    expect(() => parseSshIdentity(weak.secret)).toThrow(/RSA of 1024 bits is too weak/)
    const pem = keygen("pem", "-t", "rsa", "-b", "2048", "-N", "secret", "-m", "PEM")
    expect(() => parseSshIdentity(pem.secret, { passphrase: "secret" })).toThrow(/ssh-keygen -p -f/)
  })

  test("any changed byte of a key file opens nothing and throws a CryptoError", async () => {
    const { secret, line } = keygen("mutated", "-t", "ed25519", "-N", "")
    const sealed = await seal(bytes, { to: [parseSshRecipient(line)] })
    const lines = secret.trim().split("\n")
    const blob = Buffer.from(lines.slice(1, -1).join(""), "base64")
    for (let index = 0; index < blob.length; index++) {
      const changed = Buffer.from(blob)
      changed[index] = (changed[index] ?? 0) ^ 1
      const text = [lines[0], changed.toString("base64"), lines.at(-1)].join("\n")
      const opening = async () => await open(sealed, { with: [parseSshIdentity(text)] })
      // The comment and its two check numbers together are all that may change.
      await opening().then(
        (opened) => expect(opened).toEqual(bytes),
        (error: unknown) => expect(error).toMatchObject({ name: "CryptoError" }),
      )
    }
  })
})

describe("parseSshIdentity()", () => {
  test("reads PKCS#8 and PKCS#1 as other programs write them", async () => {
    const ed = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString()
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    const files = [ed, ...(["pkcs1", "pkcs8"] as const).map((type) => rsa.export({ format: "pem", type }).toString())]
    for (const file of files) {
      const identity = parseSshIdentity(file)
      const recipient = parseSshRecipient(identity.recipient.toString())
      expect(await open(await seal(bytes, { to: [recipient] }), { with: [identity] })).toEqual(bytes)
    }
  })

  test.skipIf(!openssl)("refuses encrypted PKCS#8 with a way out", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const text = privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" }).toString()
    expect(() => parseSshIdentity(text, { passphrase: "x" })).toThrow(/an encrypted PEM file.*ssh-keygen -p/)
  })

  test("refuses an elliptic curve, and text that is no key, without repeating it", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    for (const type of ["pkcs8", "sec1"] as const)
      expect(() => parseSshIdentity(privateKey.export({ format: "pem", type }).toString())).toThrow(
        expect.objectContaining({ code: "CRYPTO_MALFORMED" }),
      )
    const secret = "c2VjcmV0IQ"
    const wrapped = `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----`
    for (const text of ["", secret, wrapped, wrapped.replace("END", "ENC"), "A".repeat(1 << 17)]) {
      try {
        parseSshIdentity(text)
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ name: "CryptoError" })
        expect(String(error)).not.toContain(secret)
        expect((error as Error).cause).toBeUndefined()
      }
    }
  })
})

describe("parseSshRecipient()", () => {
  const ed = "AAAAC3NzaC1lZDI1NTE5AAAAI"
  test.each([
    ["sk-ssh-ed25519@openssh.com AAAA", /security key/],
    ["sk-ecdsa-sha2-nistp256@openssh.com AAAA", /security key/],
    ["ecdsa-sha2-nistp256 AAAA", /ECDSA/],
    ["ssh-dss AAAA", /DSA/],
    ["ssh-ed25519", /SSH key/],
    ["ssh-ed25519 AAAA", /SSH key/],
    [`ssh-ed25519 ${ed}`, /SSH key/],
    [`ssh-rsa ${ed}`, /SSH key/],
    ["ssh-ed25519 !!!!", /not canonical base64/],
    ["", /neither/],
  ])("refuses %s", (line, message) => {
    expect(() => parseSshRecipient(line)).toThrow(message)
    expect(() => parseSshRecipient(line)).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }))
  })
})
