import { describe, expect, test } from "vitest"
import { armor, generateKeyPair, inspect, passphraseRecipient, seal, splitFile } from "@darkslide/crypto"
import { generateHybridKeyPair } from "@darkslide/crypto/hybrid"

const to = [generateKeyPair().recipient]

describe("inspect()", () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072])("knows the size of a plaintext of %i bytes", async (size) => {
    const sealed = await seal(new Uint8Array(size), { to })
    const expected = { version: "age-encryption.org/v1", plaintextBytes: size, quantumThreat: "yes" }
    const text = new TextEncoder().encode(armor(sealed))
    for (const source of [sealed, new Blob([sealed])])
      expect(await inspect(source)).toMatchObject({ ...expected, armored: false })
    expect(await inspect(text)).toMatchObject({ ...expected, armored: true })
    expect(await inspect(streamOf(sealed), { totalBytes: sealed.length })).toMatchObject(expected)
    expect(await inspect(streamOf(sealed))).not.toHaveProperty("plaintextBytes")
    expect((await inspect(sealed)).headerBytes).toBe(splitFile(sealed).header.length)
  })

  test("reads no more of a stream than the header, and leaves it", async () => {
    const sealed = await seal(new Uint8Array(1 << 20), { to })
    let [given, left] = [0, false]
    const source = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => controller.enqueue(sealed.subarray(given, (given += 2048))),
        cancel: () => void (left = true),
      },
      { highWaterMark: 0 },
    )
    await inspect(source)
    expect(given).toBeLessThanOrEqual(4096)
    expect(left).toBe(true)
  })

  test("tells what a passphrase costs, and what stands against quantum computers", async () => {
    const passphrase = await seal(new Uint8Array(), { to: [passphraseRecipient("x", { workFactor: 3 })] })
    expect(await inspect(passphrase)).toMatchObject({
      stanzas: [{ type: "scrypt", args: 2, bodyBytes: 32, workFactor: 3 }],
      quantumThreat: "no",
    })
    const hybrid = await seal(new Uint8Array(), { to: [generateHybridKeyPair().recipient] })
    expect(await inspect(hybrid)).toMatchObject({ stanzas: [{ type: "mlkem768x25519" }], quantumThreat: "no" })
    const strange = { wrap: async () => [{ type: "new", args: [], body: new Uint8Array(5) }] }
    const unknown = await seal(new Uint8Array(), { to: [strange] })
    expect(await inspect(unknown)).toMatchObject({ stanzas: [{ type: "new", args: 0 }], quantumThreat: "unknown" })
  })

  test("gives no size that no file can have, and refuses what is none", async () => {
    const sealed = await seal(new Uint8Array(), { to })
    expect(await inspect(splitFile(sealed).header)).not.toHaveProperty("plaintextBytes")
    for (const source of [new Uint8Array(), new TextEncoder().encode("hello"), sealed.subarray(0, 50)])
      await expect(inspect(source)).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
    await expect(inspect(sealed, { limits: { maxHeaderBytes: 20 } })).rejects.toMatchObject({
      code: "CRYPTO_LIMIT_EXCEEDED",
    })
  })
})

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
}
