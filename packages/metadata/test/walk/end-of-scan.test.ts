import fc from "fast-check"
import { expect, test } from "vitest"
import { endByWords, endOfScan } from "../../src/walk/end-of-scan.ts"

/** As B.1.1.5 says it, byte by byte. */
function endByBytes(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1] ?? 0
    const isRestart = next >= 0xd0 && next <= 0xd7
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !isRestart) return at
  }
  return bytes.length
}

test("finds the marker that ends a scan by words and by Node's search, wherever it and the scan begin", () => {
  const stuffed = fc.constantFrom([0xff, 0], [0xff, 0xd3], [0xff, 0xff], [0xfe], [0x80], [0x7f, 0xff], [0])
  const data = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant([0x12, 0x34]) }, stuffed), { maxLength: 60 })
  const end = fc.constantFrom([], [0xff], [0xff, 0xd9], [0xff, 0xc4, 0, 2], [0xff, 0xff, 0xda])
  fc.assert(
    fc.property(data, end, fc.nat(7), fc.nat(7), (pieces, marker, shift, from) => {
      const whole = Uint8Array.from([...Array<number>(shift).fill(0xff), ...pieces.flat(), ...marker, 1, 2, 3])
      const bytes = whole.subarray(shift)
      const expected = endByBytes(bytes, from)
      expect(endOfScan(bytes, from)).toBe(expected)
      expect(endByWords(bytes, from)).toBe(expected)
    }),
    { numRuns: 3000 },
  )
})
