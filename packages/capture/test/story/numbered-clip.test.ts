import { describe, expect, test } from "vitest"
import { readNumbers } from "./numbered-clip.ts"

const bitsOf = (number: number): boolean[] => Array.from({ length: 10 }, (_, bit) => (number & (1 << bit)) !== 0)

describe("readNumbers()", () => {
  test("reads clear frames as they are, in whatever order", () => {
    expect(readNumbers([5, 6, 5, 599, 0].map(bitsOf))).toEqual([5, 6, 5, 599, 0])
  })

  test("does not take a cell that an encoder left as it stood for another number", () => {
    // Frame 131 after 129, with the second bit's upper cell still dark: by that row alone it would be 129 again.
    const unclear = bitsOf(131).map((isSet, bit) => (bit === 1 ? undefined : isSet))
    expect(readNumbers([bitsOf(128), bitsOf(129), unclear, bitsOf(132)])).toEqual([128, 129, 131, 132])
  })
})
