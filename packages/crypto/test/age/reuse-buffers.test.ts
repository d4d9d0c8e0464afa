import { generateKeyPair, open, openIterable, sealIterable } from "@darkslide/crypto"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { collectLate, pattern } from "./reuse-buffers.ts"

const me = generateKeyPair()
const to = [me.recipient]
const chunk = 65_536

test("a reused piece stays as it is until the one after the next is asked for, however the source is cut", async () => {
  const edges = fc.constantFrom(0, 1, chunk - 1, chunk, chunk + 1, 4 * chunk, 9 * chunk + 5, 20 * chunk)
  await fc.assert(
    fc.asyncProperty(edges, fc.integer({ min: 1000, max: 6 * chunk }), async (length, cut) => {
      const bytes = pattern(length)
      const sealed = await collectLate(sealIterable(cutInto(bytes, cut), { to, reuseBuffers: true }))
      expect(equal(await open(sealed, { with: [me] }), bytes)).toBe(true)
      const opened = await collectLate(openIterable(cutInto(sealed, cut), { with: [me], reuseBuffers: true }))
      expect(equal(opened, bytes)).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test("without it every piece is the caller's to keep", async () => {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of sealIterable(cutInto(pattern(20 * chunk), 100_000), { to })) pieces.push(piece)
  expect(equal(await open(new Blob(pieces), { with: [me] }), pattern(20 * chunk))).toBe(true)
})

test("a Blob is sealed as it comes, and stays readable", async () => {
  const blob = new Blob([pattern(10 * chunk + 3)])
  for (let time = 0; time < 2; time++) {
    const sealed = await collectLate(sealIterable(blob, { to, reuseBuffers: true }))
    const opened = await collectLate(openIterable(new Blob([sealed]), { with: [me], reuseBuffers: true }))
    expect(equal(opened, pattern(10 * chunk + 3))).toBe(true)
  }
})

function* cutInto(bytes: Uint8Array, size: number): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** vitest's own comparison of megabytes is slow. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
