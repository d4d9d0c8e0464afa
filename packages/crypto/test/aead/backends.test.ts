import { readFile } from "node:fs/promises"
import { nobleAead, webCryptoAead, type Aead } from "@darkslide/crypto"
import { loadWasmAead } from "@darkslide/crypto/wasm"
import fc from "fast-check"
import { beforeAll, describe, expect, test } from "vitest"
import { probeAead } from "../../src/aead/choose.ts"
import { nodeAead } from "../../src/aead/node.ts"
import { nodeCrypto } from "../../src/native.ts"
import { compile, moduleText } from "../../wasm/build.mjs"

const backends = new Map<string, Aead>()

beforeAll(async () => {
  const crypto = nodeCrypto()
  if (crypto) backends.set("node", nodeAead(crypto))
  const wasm = await loadWasmAead()
  if (wasm) backends.set("wasm", wasm)
  backends.set("webcrypto", webCryptoAead)
})

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.constantFrom(15, 16, 17, 63, 64, 65, 255, 256, 257, 65_535, 65_536, 70_000),
)

describe.each(["node", "wasm", "webcrypto"])("the %s backend", (name) => {
  const backend = () => backends.get(name) as Aead

  test("passes the probe", async () => {
    expect(await probeAead(backend())).toBe(true)
  })

  test("computes what noble computes, and opens what noble sealed", async () => {
    await fc.assert(
      fc.asyncProperty(bytes(32), bytes(12), sizes, async (key, nonce, size) => {
        const plaintext = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 8)) & 0xff)
        const [sealed, expected] = [new Uint8Array(size + 16), new Uint8Array(size + 16)]
        await backend().withKey(key).seal(nonce, plaintext, sealed)
        await nobleAead.withKey(key).seal(nonce, plaintext, expected)
        expect(Buffer.compare(sealed, expected)).toBe(0)
        const opened = new Uint8Array(size)
        expect(await backend().withKey(key).open(nonce, expected, opened)).toBe(true)
        expect(Buffer.compare(opened, plaintext)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test("refuses any flipped bit", async () => {
    const [key, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(12).fill(2)]
    const sealed = new Uint8Array(100 + 16)
    await backend().withKey(key).seal(nonce, new Uint8Array(100), sealed)
    for (let bit = 0; bit < sealed.length * 8; bit += 5) {
      const broken = sealed.with(bit >> 3, (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
      expect(await backend().withKey(key).open(nonce, broken, new Uint8Array(100))).toBe(false)
    }
  })
})

describe("the WASM kernel", () => {
  test("is what its source compiles to", async () => {
    const shipped = await readFile(new URL("../../src/aead/wasm-binary.ts", import.meta.url), "utf8")
    expect(moduleText(await compile())).toBe(shipped)
  })
})
