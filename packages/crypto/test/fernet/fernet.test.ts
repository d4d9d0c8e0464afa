import { inspect } from "node:util"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isDarkslideError } from "@darkslide/crypto/errors"
import {
  fernetKeyFromPassword,
  fernetOpen,
  fernetRotate,
  fernetSeal,
  generateFernetKey,
  parseFernetKey,
} from "@darkslide/crypto/fernet"
import { chooseFernetCipher, nobleFernetCipher } from "../../src/fernet/cipher.ts"
import { fernetOpenWith, fernetSealWith, timestampOf } from "../../src/fernet/fernet.ts"

const key = generateFernetKey()
const plaintext = new TextEncoder().encode("attack at dawn")
const refused = expect.objectContaining({
  code: "CRYPTO_AUTHENTICATION_FAILED",
  message: "Cannot open Fernet token: not valid under these keys now",
})

describe("fernetOpen()", () => {
  test("refuses everything in the same words", () => {
    const token = fernetSeal(plaintext, { key })
    const old = fernetSealWith(plaintext, key, {
      timestamp: timestampOf(new Date(0)),
      iv: new Uint8Array(16),
      cipher: nobleFernetCipher,
    })
    const stranger = generateFernetKey()
    const attempts: (() => unknown)[] = [
      () => fernetOpen("", { key }),
      () => fernetOpen("not a token", { key }),
      () => fernetOpen(`${token} `, { key }),
      () => fernetOpen(`\n${token}`, { key }),
      () => fernetOpen(token.replace(/=+$/, ""), { key }),
      () => fernetOpen(token.slice(0, -4), { key }),
      () => fernetOpen(token, { key: stranger }),
      () => fernetOpen(old, { key, ttlSeconds: 60 }),
      () => fernetOpen(token, { key, ttlSeconds: 0, now: new Date(Date.now() - 120_000) }),
      () => fernetRotate(token, { keys: [stranger] }),
    ]
    for (const attempt of attempts) expect(attempt).toThrow(refused)
  })

  test("does not look at the clock without a ttl", () => {
    const timestamp = new Uint8Array(8).fill(0xff)
    const token = fernetSealWith(plaintext, key, { timestamp, iv: new Uint8Array(16), cipher: chooseFernetCipher() })
    expect(fernetOpen(token, { key })).toEqual(plaintext)
    expect(() => fernetOpen(token, { key, ttlSeconds: 60 })).toThrow(refused)
  })

  test("refuses an empty list of keys and a negative ttl as mistakes", () => {
    const token = fernetSeal(plaintext, { key })
    expect(() => fernetOpen(token, { keys: [] })).toThrow(RangeError)
    expect(() => fernetSeal(plaintext, { keys: [] })).toThrow(RangeError)
    expect(() => fernetRotate(token, { keys: [] })).toThrow(RangeError)
    expect(() => fernetOpen(token, { key, ttlSeconds: -1 })).toThrow(RangeError)
    expect(() => fernetOpen(token, { key, ttlSeconds: Number.NaN })).toThrow(RangeError)
  })

  test("opens any bytes again, on either backend, and nothing that was changed", () => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(letters.length - 1), (bytes, at, letter) => {
        const iv = new Uint8Array(16).fill(at)
        const timestamp = timestampOf(new Date())
        const tokens = [nobleFernetCipher, chooseFernetCipher()].map((cipher) =>
          fernetSealWith(bytes, key, { timestamp, iv, cipher }),
        )
        const [token = ""] = tokens
        expect(new Set(tokens).size).toBe(1)
        for (const cipher of [nobleFernetCipher, chooseFernetCipher()])
          expect(new Uint8Array(fernetOpenWith(token, { key }, cipher))).toEqual(bytes)
        const position = at % token.length
        const changed = token.slice(0, position) + (letters[letter] ?? "") + token.slice(position + 1)
        if (changed !== token) expect(() => fernetOpen(changed, { key })).toThrow(refused)
      }),
      { numRuns: 200 },
    )
  })
})

describe("keys", () => {
  test("parseFernetKey() refuses what is no key and never repeats it", () => {
    for (const text of ["", "secret", key.toString().slice(0, -1), `${key.toString()}\n`, "_".repeat(44)]) {
      const attempt = (): unknown => parseFernetKey(text)
      expect(attempt).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }) as Error)
      try {
        attempt()
      } catch (error) {
        expect(
          isDarkslideError(error) && text !== "" && JSON.stringify([error.message, error.cause]).includes(text),
        ).toBe(false)
      }
    }
  })

  test("show nothing when they are printed by mistake", () => {
    const shown = `${inspect(key, { depth: 9 })} ${JSON.stringify({ key })}`
    expect(shown).not.toMatch(/\d/)
    expect(() => fernetSeal(plaintext, { key: { ...key } })).toThrow(TypeError)
  })

  test("fernetKeyFromPassword() refuses a count that is none", async () => {
    for (const iterations of [0, -1, 1.5, Number.NaN, 2 ** 31])
      await expect(fernetKeyFromPassword("x", { salt: new Uint8Array(8), iterations })).rejects.toThrow(RangeError)
  })
})
