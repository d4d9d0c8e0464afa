import { generateKeyPairSync } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  armor,
  dearmor,
  generateKeyPair,
  inspect,
  isDarkslideError,
  open,
  passphraseIdentity,
  passphraseRecipient,
  rewrap,
  seal,
  splitFile,
  type Identity,
  type Recipient,
} from "@darkslide/crypto"
import { parseAnyRecipient, parseIdentityFile, parseRecipientFile } from "@darkslide/crypto/files"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"
import { parseSshIdentity, parseSshRecipient } from "@darkslide/crypto/ssh"

const plaintext = new Uint8Array(100).fill(7)
const ed25519 = parseSshIdentity(pem("ed25519"))
const rsa = parseSshIdentity(pem("rsa"))
const [me, hybrid] = [generateKeyPair(), generateHybridKeyPair()]
const identities: readonly Identity[] = [me, hybrid, ed25519, rsa, passphraseIdentity("x", { maxWorkFactor: 10 })]
const groups: readonly (readonly Recipient[])[] = [
  [me.recipient, ed25519.recipient, rsa.recipient],
  [rsa.recipient],
  [ed25519.recipient],
  [hybrid.recipient],
  [passphraseRecipient("x", { workFactor: 1 })],
]

function pem(type: "ed25519" | "rsa"): string {
  const { privateKey } =
    type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync(type)
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString()
}

/** A change: at a share of the length, this many bytes are replaced by these. */
const changes = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 70 }),
  fc.oneof(
    fc.uint8Array({ maxLength: 70 }),
    fc.constantFrom("\n", "\r", " ", "=", "-> X25519 A\n", "---", "1", "-> scrypt A 30\n", "A".repeat(65)).map(utf8),
  ),
)

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function apply(bytes: Uint8Array, [place, removed, added]: [number, number, Uint8Array]): Uint8Array {
  const at = Math.floor(place * bytes.length)
  return new Uint8Array([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + removed)])
}

/** What work gives, or `undefined` when it refuses as it should. */
async function orRefused<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!isDarkslideError(error)) throw error
    expect(error.code).toMatch(/^CRYPTO_/)
    return undefined
  }
}

describe("changed age files", () => {
  test("open to the same bytes or are refused; nothing but a CryptoError is thrown", async () => {
    const files = await Promise.all(groups.map((to) => seal(plaintext, { to: [...to] })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.boolean(), changes, async (file, armored, change) => {
        const changed = apply(armored ? utf8(armor(file)) : file, change)
        const opened = await orRefused(() => open(armored ? dearmor(changed) : changed, { with: identities }))
        if (opened) expect(opened).toEqual(plaintext)
        await orRefused(() => inspect(changed))
        await orRefused(() => rewrap(splitFile(changed).header, { with: identities, to: [me.recipient] }))
      }),
      { numRuns: 600 },
    )
  }, 60_000)
})

describe("text that is no key", () => {
  test("is refused with a CryptoError", async () => {
    const seeds = [me.toString(), hybrid.toString(), me.recipient.toString(), rsa.recipient.toString(), pem("ed25519")]
    const texts = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom(...seeds), changes)
        .map(([text, change]) => new TextDecoder().decode(apply(utf8(text), change))),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        for (const read of [
          parseIdentityFile,
          parseRecipientFile,
          parseAnyRecipient,
          parseSshIdentity,
          parseSshRecipient,
        ])
          await orRefused<unknown>(() => read(text))
      }),
      { numRuns: 500 },
    )
  })
})
