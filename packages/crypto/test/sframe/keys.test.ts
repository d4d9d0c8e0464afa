import { describe, expect, test } from "vitest"
import {
  decodeSFrameHeader,
  encodeSFrameHeader,
  sframeAes128Gcm as suite,
  sframeMlsKeyId,
  sframeMlsKeys,
  sframeRatchetKeys,
  sframeRatchetSender,
  sframeReceiver,
  sframeSender,
} from "@darkslide/crypto/sframe"
import { baseKey, frame } from "./frames.ts"

const unknown = { code: "CRYPTO_NO_IDENTITY_MATCHED" }
const failed = { code: "CRYPTO_AUTHENTICATION_FAILED" }

describe("the ratchet", () => {
  test("is followed over many steps, round its circle, with frames that were overtaken", async () => {
    for (const ratchetBits of [2, 8]) {
      const sender = await sframeRatchetSender({ suite, generation: 5n, baseKey, ratchetBits })
      const keys = sframeRatchetKeys({ suite, ratchetBits })
      keys.set({ generation: 5n, baseKey })
      const receiver = sframeReceiver(keys)
      let overtaken = await sender.encrypt(frame(0))
      await receiver.decrypt(overtaken)
      for (let step = 1; step <= 20; step++) {
        await sender.ratchet()
        expect(sender.keyId).toBe((5n << BigInt(ratchetBits)) | BigInt.asUintN(ratchetBits, BigInt(step)))
        const sealed = await sender.encrypt(frame(step))
        expect((await receiver.decrypt(sealed)).frame).toEqual(frame(step))
        expect((await receiver.decrypt(overtaken)).frame).toEqual(frame(step - 1))
        overtaken = sealed
      }
    }
  })

  test("moves on only once a tag has held, and no further than allowed", async () => {
    const sender = await sframeRatchetSender({ suite, generation: 1n, baseKey })
    const keys = sframeRatchetKeys({ suite, maxSteps: 3 })
    keys.set({ generation: 1n, baseKey })
    const receiver = sframeReceiver(keys)
    const first = await sender.encrypt(frame(1))
    for (const step of [1n, 2n, 3n]) {
      const forged = Buffer.concat([encodeSFrameHeader({ keyId: (1n << 8n) | step, counter: 0n }), new Uint8Array(40)])
      await expect(receiver.decrypt(forged)).rejects.toMatchObject(failed)
    }
    expect((await receiver.decrypt(first)).frame).toEqual(frame(1))
    for (let step = 0; step < 4; step++) await sender.ratchet()
    await expect(receiver.decrypt(await sender.encrypt(frame(2)))).rejects.toMatchObject(unknown)
  })

  test("is not moved back by frames that are opened at the same time", async () => {
    const sender = await sframeRatchetSender({ suite, generation: 1n, baseKey })
    const keys = sframeRatchetKeys({ suite })
    keys.set({ generation: 1n, baseKey })
    const receiver = sframeReceiver(keys)
    const sealed = [await sender.encrypt(frame(0))]
    for (const number of [1, 2, 3]) {
      await sender.ratchet()
      sealed.push(await sender.encrypt(frame(number)))
    }
    const opened = await Promise.all(sealed.toReversed().map((bytes) => receiver.decrypt(bytes)))
    expect(opened.map(({ frame: bytes }) => bytes[1])).toEqual([3, 2, 1, 0])
    expect((await receiver.decrypt(await sender.encrypt(frame(4)))).frame).toEqual(frame(4))
  })

  test("begins anew with another key, and forgets a generation", async () => {
    const keys = sframeRatchetKeys({ suite })
    const receiver = sframeReceiver(keys)
    const old = await sframeRatchetSender({ suite, generation: 1n, baseKey })
    keys.set({ generation: 1n, baseKey })
    await old.ratchet()
    await receiver.decrypt(await old.encrypt(frame(1)))
    const otherKey = new Uint8Array(32).fill(1)
    keys.set({ generation: 1n, baseKey: otherKey })
    await expect(receiver.decrypt(await old.encrypt(frame(1)))).rejects.toMatchObject(failed)
    const fresh = await sframeRatchetSender({ suite, generation: 1n, baseKey: otherKey })
    expect((await receiver.decrypt(await fresh.encrypt(frame(1)))).frame).toEqual(frame(1))
    keys.delete(1n)
    await expect(receiver.decrypt(await fresh.encrypt(frame(1)))).rejects.toMatchObject(unknown)
  })

  test("refuses parts that do not fit as mistakes", async () => {
    for (const ratchetBits of [1, 33, 2.5]) expect(() => sframeRatchetKeys({ suite, ratchetBits })).toThrow(RangeError)
    await expect(sframeRatchetSender({ suite, generation: 1n << 56n, baseKey })).rejects.toThrow(RangeError)
    expect(() => sframeRatchetKeys({ suite }).set({ generation: -1n, baseKey })).toThrow(RangeError)
    expect(() => sframeRatchetKeys({ suite }).set({ generation: 1n, baseKey: new Uint8Array(3) })).toThrow(RangeError)
  })
})

describe("MLS epochs", () => {
  test("lay the key id out as RFC 9605 figure 5", () => {
    const keyId = sframeMlsKeyId({ epoch: 0x1fan, leafIndex: 0x33, context: 0x2n, epochBits: 8, senderBits: 8 })
    expect(keyId).toBe(0x2_33_fan)
    expect(() => sframeMlsKeyId({ epoch: 1n, leafIndex: 256, senderBits: 8 })).toThrow(RangeError)
    expect(() => sframeMlsKeyId({ epoch: 1n, leafIndex: 1, context: 1n << 44n })).toThrow(RangeError)
    expect(sframeMlsKeyId({ epoch: 1n, leafIndex: 1, context: (1n << 44n) - 1n }) >> 63n).toBe(1n)
  })

  test("give every member a key of its own, and a later epoch with the same low bits takes the place of an older", async () => {
    const keys = sframeMlsKeys({ suite })
    const receiver = sframeReceiver(keys)
    keys.setEpoch(3n, { baseKey, members: 2 })
    const sealed = []
    for (const leafIndex of [0, 1, 2]) {
      const sender = await sframeSender({ suite, keyId: sframeMlsKeyId({ epoch: 3n, leafIndex }), baseKey })
      sealed.push(await sender.encrypt(frame(leafIndex)))
    }
    const [first, second, third] = sealed as [Uint8Array, Uint8Array, Uint8Array]
    for (const _ of [1, 2]) expect((await receiver.decrypt(first)).frame).toEqual(frame(0))
    expect((await receiver.decrypt(second)).frame).toEqual(frame(1))
    expect(Buffer.compare(first.subarray(3), second.subarray(3))).not.toBe(0)
    await expect(receiver.decrypt(third)).rejects.toMatchObject(unknown)

    keys.setEpoch(4n, { baseKey: new Uint8Array(16), members: 2 })
    expect((await receiver.decrypt(first)).frame).toEqual(frame(0))
    keys.deleteEpoch(19n)
    expect((await receiver.decrypt(first)).frame).toEqual(frame(0))
    keys.setEpoch(19n, { baseKey: new Uint8Array(16), members: 2 })
    await expect(receiver.decrypt(first)).rejects.toMatchObject(failed)
    keys.deleteEpoch(19n)
    await expect(receiver.decrypt(first)).rejects.toMatchObject(unknown)
    expect(decodeSFrameHeader(first).keyId).toBe(3n)
  })
})
