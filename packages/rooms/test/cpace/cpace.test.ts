import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { lvCat, startCpace, startWithScalar, type CpaceSetting } from "../../src/cpace/cpace.ts"
import { doorKeys } from "../../src/cpace/confirm.ts"

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"))
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex")
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const scalar = (littleEndian: string): bigint => BigInt(`0x${hex(bytes(littleEndian).reverse())}`)

const sessionId = bytes("7e4b4791d6a8ef019b936c79fb7f2c57")
const scalarA = scalar("da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08")
const scalarB = scalar("d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d")

/** The same inputs under the channel identifiers of two versions of the draft, which differ in nothing else. */
const drafts = [
  {
    name: "draft-irtf-cfrg-cpace-21, B.3",
    channel: bytes("0b415f696e69746961746f720b425f726573706f6e646572"),
    shareA: "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157",
    shareB: "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258",
    isk: "b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447",
  },
  {
    name: "an earlier draft, B.3",
    channel: utf8("\nAinitiator\nBresponder"),
    shareA: "383a85dd236978f17f8c8545b50dabc52a39fcdab2cf8bc531ce040ff77ca82d",
    shareB: "a6206309c0e8e5f579295e35997ac4300ab3fecec3c17f7b604f3e698fa1383c",
    isk: "e91ccb2c0f5e0d0993a33956e3be59754f3f2b07db57631f5394452ea2e7b4354674eb1f5686c078462bf83bec72e8743df440108e638f3526d9b90e85be096f",
  },
]

describe("CPace, ristretto255 with SHA-512", () => {
  test.each(drafts)("gives the shares and the key of $name", ({ channel, shareA, shareB, isk }) => {
    const setting: CpaceSetting = { password: utf8("Password"), channel, sessionId }
    const a = startWithScalar(setting, scalarA)
    const b = startWithScalar(setting, scalarB)
    expect([hex(a.share), hex(b.share)]).toEqual([shareA, shareB])
    const ofA = a.finish({ share: b.share, data: utf8("ADb") }, { role: "initiator", data: utf8("ADa") })
    const ofB = b.finish({ share: a.share, data: utf8("ADa") }, { role: "responder", data: utf8("ADb") })
    expect([hex(ofA), hex(ofB)]).toEqual([isk, isk])
  })

  test("lv_cat() puts LEB128 lengths in front (appendix A)", () => {
    expect(hex(lvCat(utf8("1234"), utf8("5"), utf8(""), utf8("678")))).toBe("043132333401350003363738")
    expect(hex(lvCat(new Uint8Array(128)).subarray(0, 3))).toBe("800100")
  })

  test("finish() refuses the neutral element, and what is no element", () => {
    const side = startCpace({ password: utf8("p"), channel: utf8("c"), sessionId })
    for (const share of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31)]) {
      expect(() => side.finish({ share, data: utf8("") }, { role: "initiator", data: utf8("") })).toThrow(
        expect.objectContaining({ code: "ROOMS_MALFORMED" }),
      )
    }
  })

  test("both sides agree exactly when password, channel, session and data are the same", () => {
    const inputs = fc.record({
      password: fc.uint8Array({ maxLength: 40 }),
      channel: fc.uint8Array({ maxLength: 8 }),
      sessionId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    })
    fc.assert(
      fc.property(inputs, inputs, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(agree(one, { ...one })).toBe(true)
        expect(agree(one, other)).toBe(same)
      }),
      { numRuns: 10 },
    )
  })

  test("the tags of both sides differ, and follow from the key", () => {
    const keys = doorKeys(new Uint8Array(64).fill(1))
    expect(keys.knockerTag).not.toEqual(keys.admitterTag)
    expect(doorKeys(new Uint8Array(64).fill(2)).knockerTag).not.toEqual(keys.knockerTag)
  })
})

function agree(one: CpaceSetting, other: CpaceSetting): boolean {
  const [a, b] = [startCpace(one), startCpace(other)]
  const data = new Uint8Array()
  const ofA = a.finish({ share: b.share, data }, { role: "initiator", data })
  const ofB = b.finish({ share: a.share, data }, { role: "responder", data })
  return hex(ofA) === hex(ofB)
}
