import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  decodeSFrameHeader,
  encodeSFrameHeader,
  sframeAes128Gcm,
  sframeKeyRing,
  sframeReceiver,
  sframeSender,
} from "@darkslide/crypto/sframe"
import { deriveFrameKey } from "../../src/sframe/key-schedule.ts"
import { senderFrom } from "../../src/sframe/sender.ts"
import { baseKey, frame, suites } from "./frames.ts"

const max = 2n ** 64n - 1n

describe("the header", () => {
  test("goes out and in again for any key id and counter, in one form alone", () => {
    const value = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, max))
    fc.assert(
      fc.property(value, value, (keyId, counter) => {
        const header = encodeSFrameHeader({ keyId, counter })
        expect(decodeSFrameHeader(header)).toEqual({ keyId, counter, length: header.length })
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 17 }), (bytes) => {
        try {
          const { keyId, counter, length } = decodeSFrameHeader(bytes)
          expect(encodeSFrameHeader({ keyId, counter })).toEqual(bytes.slice(0, length))
        } catch (error) {
          expect(error).toMatchObject({ code: "CRYPTO_MALFORMED" })
        }
      }),
    )
  })

  test("is refused when it is cut or a value takes more bytes than it needs", () => {
    for (const hex of ["", "80", "08", "0807", "8007", "090001", "0f00ffffffffffffff", "ff"])
      expect(() => decodeSFrameHeader(new Uint8Array(Buffer.from(hex, "hex")))).toThrow(
        expect.objectContaining({ code: "CRYPTO_MALFORMED" }) as Error,
      )
    for (const wrong of [-1n, max + 1n])
      expect(() => encodeSFrameHeader({ keyId: wrong, counter: 0n })).toThrow(RangeError)
  })
})

describe("sframeSender()", () => {
  for (const [name, suite] of Object.entries(suites)) {
    test(`${name}: what it makes opens, once unchanged and with the same metadata`, async () => {
      const sender = await sframeSender({ suite, keyId: max, baseKey })
      const keys = sframeKeyRing(suite)
      await keys.set(max, baseKey)
      const receiver = sframeReceiver(keys)
      const metadata = new Uint8Array([1, 2])
      for (const plaintext of [new Uint8Array(), frame(1)]) {
        const sealed = await sender.encrypt(plaintext, { metadata })
        expect((await receiver.decrypt(sealed, { metadata })).frame).toEqual(plaintext)
        const failed = { code: "CRYPTO_AUTHENTICATION_FAILED" }
        await expect(receiver.decrypt(sealed)).rejects.toMatchObject(failed)
        await expect(receiver.decrypt(sealed.subarray(0, -1), { metadata })).rejects.toMatchObject(failed)
        await expect(receiver.decrypt(sealed.subarray(0, 9), { metadata })).rejects.toMatchObject(failed)
        const changed = sealed.map((byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte))
        await expect(receiver.decrypt(changed, { metadata })).rejects.toMatchObject(failed)
      }
    })
  }

  test("gives each frame its own counter, also to those it encrypts at the same time", async () => {
    const sender = await sframeSender({ suite: sframeAes128Gcm, keyId: 1n, baseKey })
    const sealed = await Promise.all(Array.from({ length: 300 }, (_, index) => sender.encrypt(frame(index))))
    expect(sealed.map((bytes) => decodeSFrameHeader(bytes).counter)).toEqual(sealed.map((_, index) => BigInt(index)))
  })

  test("refuses at its limit, and stays there", async () => {
    const sender = senderFrom(await deriveFrameKey(sframeAes128Gcm, 1n, baseKey), {
      first: 2n ** 32n - 1n,
      limit: 2n ** 32n,
    })
    await sender.encrypt(frame(1))
    for (const _ of [1, 2])
      await expect(sender.encrypt(frame(1))).rejects.toMatchObject({ code: "CRYPTO_LIMIT_EXCEEDED" })
  })

  test("refuses a base key that is too short and a key id that is too large as mistakes", async () => {
    const suite = sframeAes128Gcm
    await expect(sframeSender({ suite, keyId: 1n, baseKey: new Uint8Array(15) })).rejects.toThrow(RangeError)
    await expect(sframeSender({ suite, keyId: max + 1n, baseKey })).rejects.toThrow(RangeError)
  })
})

describe("sframeReceiver()", () => {
  test("tells an unknown key id from a frame that does not open", async () => {
    const suite = sframeAes128Gcm
    const sender = await sframeSender({ suite, keyId: 1n, baseKey })
    const keys = sframeKeyRing(suite)
    const receiver = sframeReceiver(keys)
    const sealed = await sender.encrypt(frame(1))
    await expect(receiver.decrypt(sealed)).rejects.toMatchObject({ code: "CRYPTO_NO_IDENTITY_MATCHED" })
    await keys.set(1n, new Uint8Array(16))
    await expect(receiver.decrypt(sealed)).rejects.toMatchObject({ code: "CRYPTO_AUTHENTICATION_FAILED" })
    await keys.set(1n, baseKey)
    expect((await receiver.decrypt(sealed)).frame).toEqual(frame(1))
    keys.delete(1n)
    await expect(receiver.decrypt(sealed)).rejects.toMatchObject({ code: "CRYPTO_NO_IDENTITY_MATCHED" })
    await expect(receiver.decrypt(new Uint8Array())).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })
})
