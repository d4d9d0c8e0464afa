import { generateKeyPair, openIterable, sealIterable } from "@darkslide/crypto"
import { expect, test } from "vitest"
import { collectLate, pattern } from "./reuse-buffers.ts"

test("a Blob is sealed and opened as it comes, in buffers that are used again", async () => {
  const me = generateKeyPair()
  const bytes = pattern(40 * 65_536 + 7)
  const blob = new Blob([bytes])
  for (let time = 0; time < 2; time++) {
    const sealed = sealIterable(blob, { to: [me.recipient], reuseBuffers: true })
    const opened = await collectLate(openIterable(sealed, { with: [me], reuseBuffers: true }))
    expect(opened.length).toBe(bytes.length)
    expect(opened.every((byte, i) => byte === bytes[i])).toBe(true)
  }
})
