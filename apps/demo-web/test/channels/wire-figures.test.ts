import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import { sidesOf } from "../../src/channels/paint-bytes.ts"
import { drawSample, pass, ways } from "../../src/channels/why-not.ts"
import { wireFigures } from "../../src/channels/wire-figures.ts"

const side = 128
const pixels = drawSample(side)

describe("wireFigures()", () => {
  test("tells noise from a picture", () => {
    const noise = wireFigures(randomBytes(200_000))
    expect(noise.entropy).toBeGreaterThan(7.99)
    expect(noise.chiSquare).toBeLessThan(400)
    expect(Math.abs(noise.correlation)).toBeLessThan(0.02)
    expect(noise.repeats).toBe(0)
    const drawn = wireFigures(pixels)
    expect(drawn.entropy).toBeLessThan(5)
    expect(drawn.correlation).toBeGreaterThan(0.9)
    expect(drawn.repeats).toBeGreaterThan(0.8)
  })

  test("has figures for nothing, and for what is all alike", () => {
    expect(wireFigures(new Uint8Array())).toEqual({ bytes: 0, entropy: 0, chiSquare: 0, correlation: 0, repeats: 0 })
    expect(wireFigures(new Uint8Array(64))).toMatchObject({ entropy: 0, correlation: 0, repeats: 0.75 })
  })
})

describe("the ways to encrypt a picture", () => {
  test.each(ways)("%s brings it to the receiver", async (way) => {
    expect((await pass(way, pixels, side)).opened).toEqual(pixels)
  })

  test("leave the shape on the wire, all but one", async () => {
    const [age, ecb, rsa] = await Promise.all(
      ways.map(async (way) => wireFigures((await pass(way, pixels, side)).wire)),
    )
    expect(age).toMatchObject({ repeats: 0 })
    expect(age!.entropy).toBeGreaterThan(7.99)
    expect(ecb!.repeats).toBeGreaterThan(0.9)
    expect(rsa!.repeats).toBeGreaterThan(0.8)
    expect(rsa!.entropy).toBeLessThan(6)
  })
})

test("sidesOf() is as near to a square as can be", () => {
  expect(sidesOf(100)).toEqual({ width: 10, height: 10 })
  expect(sidesOf(101)).toEqual({ width: 11, height: 10 })
  expect(sidesOf(0)).toEqual({ width: 1, height: 1 })
})
