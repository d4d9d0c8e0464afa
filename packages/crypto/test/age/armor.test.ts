import * as peer from "age-encryption"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { armor, armorStream, dearmor, dearmorStream } from "@darkslide/crypto"

const begin = "-----BEGIN AGE ENCRYPTED FILE-----"
const end = "-----END AGE ENCRYPTED FILE-----"
const sizes = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(47, 48, 49, 95, 96, 97, 65_536, 65_552))

describe("armor()", () => {
  test("writes what age-encryption writes, and dearmor() reads it, whole and in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 1000 }), async (size, piece) => {
        const file = new Uint8Array(size).map((_, i) => i * 7)
        const text = armor(file)
        if (size > 0) expect(text).toBe(peer.armor.encode(file))
        expect(dearmor(text)).toEqual(file)
        expect(dearmor(text.replaceAll("\n", "\r\n"))).toEqual(file)
        expect(new TextDecoder().decode(await collect(cut(file, piece).pipeThrough(armorStream())))).toBe(text)
        const pieces = cut(new TextEncoder().encode(text), piece)
        expect(await collect(pieces.pipeThrough(dearmorStream()))).toEqual(file)
      }),
      { numRuns: 60 },
    )
  })
})

describe("dearmor()", () => {
  const line = "A".repeat(64)
  test.each([
    ["nothing", ""],
    ["no BEGIN line", `${line}\n${end}\n`],
    ["no END line", `${begin}\n${line}\n`],
    ["a cut END line", `${begin}\n${line}\n${end.slice(0, -1)}`],
    ["a byte order mark", `\uFEFF${begin}\n${end}\n`],
    ["a short line before another", `${begin}\nAAAA\n${line}\n${end}\n`],
    ["a padded line before another", `${begin}\n${"A".repeat(63)}=\n${line}\n${end}\n`],
    ["65 columns", `${begin}\n${line}A\n${end}\n`],
    ["an empty line", `${begin}\n${line}\n\n${end}\n`],
    ["no padding", `${begin}\nAA\n${end}\n`],
    ["unused bits", `${begin}\nAB==\n${end}\n`],
    ["the url alphabet", `${begin}\nAA-_\n${end}\n`],
    ["two armors", `${begin}\n${line}\n${end}\n${begin}\n${line}\n${end}\n`],
    ["too much space before it", `${" ".repeat(1025)}\n${begin}\n${end}\n`],
    ["too much space after it", `${begin}\n${end}\n${"\n".repeat(1025)}`],
    ["a line without end", "A".repeat(1 << 20)],
  ])("refuses %s", (_what, text) => {
    expect(() => dearmor(text)).toThrow(expect.objectContaining({ code: "CRYPTO_MALFORMED" }))
  })

  test("allows white space before and after, up to 1,024 bytes each", () => {
    expect(dearmor(`${"\n".repeat(1024)}${begin}\nAAAA\n${end}\n${" \n".repeat(500)}`)).toEqual(new Uint8Array(3))
  })
})

describe("dearmorStream()", () => {
  test("gives what stands before a fault first", async () => {
    const text = `${begin}\n${"A".repeat(64)}\nno base64!!!\n${end}\n`
    const reader = cut(new TextEncoder().encode(text), 70).pipeThrough(dearmorStream()).getReader()
    let given = 0
    const reading = async () => {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        given += value.length
      }
    }
    await expect(reading()).rejects.toMatchObject({ code: "CRYPTO_MALFORMED" })
    expect(given).toBe(48)
  })
})

function cut(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) controller.close()
      else controller.enqueue(bytes.subarray(offset, (offset += size)))
    },
  })
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return new Uint8Array(Buffer.concat(pieces))
}
