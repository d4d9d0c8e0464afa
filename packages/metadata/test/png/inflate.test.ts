import { deflateSync } from "node:zlib"
import { afterEach, expect, test, vi } from "vitest"
import { inflate, type Inflated } from "../../src/png/inflate.ts"

const limit = 100_000

afterEach(() => vi.restoreAllMocks())

const noise = drawNoise(limit + 1)
const whole = deflateSync(noise.subarray(0, 50_000))
const changed = Uint8Array.from(whole, (byte, i) => (i === 30_000 ? byte ^ 255 : byte))

const cases: readonly { name: string; data: Uint8Array; bytes?: number; whole: boolean }[] = [
  { name: "nothing at all", data: deflateSync(new Uint8Array()), bytes: 0, whole: true },
  { name: "a short text", data: deflateSync(new Uint8Array(5).fill(65)), bytes: 5, whole: true },
  { name: "as much as is allowed", data: deflateSync(noise.subarray(0, limit)), bytes: limit, whole: true },
  { name: "a great deal that is allowed", data: deflateSync(new Uint8Array(limit)), bytes: limit, whole: true },
  { name: "one byte more of it", data: deflateSync(new Uint8Array(limit + 1)), bytes: limit, whole: false },
  { name: "a great deal that is cut", data: deflateSync(new Uint8Array(limit)).subarray(0, -5), whole: false },
  { name: "one byte more", data: deflateSync(noise), bytes: limit, whole: false },
  { name: "a thousand times as much", data: deflateSync(new Uint8Array(limit * 1000)), bytes: limit, whole: false },
  { name: "data that is cut", data: whole.subarray(0, 40_000), whole: false },
  { name: "data that is followed by more", data: Uint8Array.from([...whole, 1, 2]), whole: false },
  { name: "data that was changed", data: changed, whole: false },
  { name: "no zlib data", data: noise.subarray(0, 100), whole: false },
]

for (const { name, data, ...expected } of cases) {
  test(`inflates ${name} alike by node:zlib and by a web stream`, async () => {
    const byNode = await inflateOnce(data)
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined)
    const byStream = await inflateOnce(data)
    expect(byNode.whole).toBe(expected.whole)
    expect(byStream).toEqual(byNode)
    if (expected.bytes !== undefined) expect(byNode.bytes).toHaveLength(expected.bytes)
  })
}

test("takes what it gives from the budget of the file, and gives no more than is left there", async () => {
  const budget = { bytes: 150_000, maxPerPart: limit }
  const lengths = []
  for (let part = 0; part < 4; part++) lengths.push((await inflate(deflateSync(noise), budget)).bytes.length)
  expect(lengths).toEqual([100_000, 50_000, 0, 0])
  expect(budget.bytes).toBe(0)
})

/** Bytes that deflate cannot make fewer. */
function drawNoise(length: number): Uint8Array {
  let state = 1
  return new Uint8Array(length).map(() => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 24)
}

async function inflateOnce(data: Uint8Array): Promise<Inflated> {
  return await inflate(new Uint8Array(data), { bytes: 10 * limit, maxPerPart: limit })
}
