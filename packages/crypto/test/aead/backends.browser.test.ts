import {
  generateKeyPair,
  nobleAead,
  open,
  openAt,
  openStream,
  seal,
  sealStream,
  webCryptoAead,
} from "@darkslide/crypto"
import { loadWasmAead } from "@darkslide/crypto/wasm"
import { describe, expect, test } from "vitest"
import { chooseAead, probeAead } from "../../src/aead/choose.ts"
import { chooseX25519, nobleX25519, webCryptoX25519 } from "../../src/x25519.ts"

const me = generateKeyPair()
const plaintext = new Uint8Array(300_000).map((_, i) => (i * 7 + (i >> 8)) & 0xff)

describe("in Chromium", () => {
  test("WebCrypto computes, and is what is chosen for more than a little", async () => {
    expect(await probeAead(webCryptoAead)).toBe(true)
    expect((await chooseAead(1_000_000)).backend).toBe("webcrypto")
    expect((await chooseAead(100)).backend).toBe("noble")
    expect(await chooseX25519()).toBe(webCryptoX25519)
  })

  test("every backend opens what every other sealed, whole, streamed and at a place", async () => {
    const backends = [undefined, nobleAead, webCryptoAead, await loadWasmAead()]
    for (const sealing of backends) {
      const sealed = await seal(plaintext, { to: [me.recipient], aead: sealing })
      for (const aead of backends) {
        expect(await open(sealed, { with: [me], aead })).toEqual(plaintext)
        const file = await openAt(new Blob([new Uint8Array(sealed)]), { with: [me], aead })
        expect(await file.read(200_000, 5)).toEqual(plaintext.slice(200_000, 200_005))
      }
      for (const aead of [nobleAead, webCryptoAead]) {
        const opened = new Blob([plaintext])
          .stream()
          .pipeThrough(sealStream({ to: [me.recipient], aead: sealing }))
          .pipeThrough(openStream({ with: [me], aead }))
        expect(new Uint8Array(await new Response(opened).arrayBuffer())).toEqual(plaintext)
      }
    }
  })

  test("WebCrypto and noble agree on X25519, and refuse the same low-order shares", async () => {
    const secret = new Uint8Array(32).fill(9)
    const { publicKey, agree } = webCryptoX25519.withSecretKey(secret)
    expect(publicKey).toEqual(nobleX25519.withSecretKey(secret).publicKey)
    const { share, secret: shared } = await webCryptoX25519.withPublicKey(publicKey).agree()
    expect(await agree(share)).toEqual(shared)
    expect(nobleX25519.withSecretKey(secret).agree(share)).toEqual(shared)
    for (const low of [new Uint8Array(32), new Uint8Array(32).fill(1, 0, 1)])
      await expect(Promise.resolve(agree(low))).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
  })

  test("a changed chunk is refused by every backend, after every chunk before it", async () => {
    const sealed = await seal(plaintext, { to: [me.recipient] })
    sealed[200_000] = (sealed[200_000] ?? 0) ^ 1
    for (const aead of [nobleAead, webCryptoAead, await loadWasmAead()]) {
      await expect(open(sealed, { with: [me], aead })).rejects.toMatchObject({ code: "CRYPTO_AUTHENTICATION_FAILED" })
      const reader = new Blob([new Uint8Array(sealed)])
        .stream()
        .pipeThrough(openStream({ with: [me], aead }))
        .getReader()
      let released = 0
      const reading = async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read()) released += next.value.length
      }
      await expect(reading()).rejects.toMatchObject({ code: "CRYPTO_AUTHENTICATION_FAILED" })
      expect(released).toBe(3 * 65_536)
    }
  })
})
