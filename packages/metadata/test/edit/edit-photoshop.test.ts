import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { editPhotoshop } from "../../src/edit/edit-photoshop.ts"
import { photoshopResources } from "../../src/iptc/photoshop.ts"
import { readIptc } from "../../src/iptc/read-iptc.ts"
import { be16, be32, join } from "../scrub/fixtures/bytes.ts"

const dataSet = (record: number, number: number, value: string): Uint8Array =>
  join(0x1c, record, number, be16(value.length), value)
const resource = (id: number, data: Uint8Array): Uint8Array =>
  join("8BIM", be16(id), 0, 0, be32(data.length), data, ...(data.length % 2 === 1 ? [0] : []))
const digestOf = (iptc: Uint8Array): Uint8Array => createHash("md5").update(iptc).digest()

// "Malmö" in ISO 8859-1, and bytes of a preview that are no text.
const iptc = join(
  dataSet(2, 0, "\0\u0004"),
  dataSet(2, 25, "one"),
  dataSet(2, 80, "Old"),
  dataSet(2, 25, "two"),
  dataSet(2, 90, "Malm\u00f6"),
  dataSet(2, 202, "\u00ff\u00fe"),
)
const block = join(resource(0x03ed, join("abc")), resource(0x0404, iptc), resource(0x0425, digestOf(iptc)), "rest")

describe("editPhotoshop()", () => {
  test("sets what is there, as many as there are, where the first stood", () => {
    const edited = editPhotoshop(block, [
      { dataSet: 25, values: ["a", "b", "c"] },
      { dataSet: 80, values: null },
      { dataSet: 116, values: ["not there before"] },
    ])
    expect(readIptc(edited, [])).toEqual({ Keywords: ["a", "b", "c"], City: ["Malmö"], "2:202": ["ÿþ"] })
    const [first, changed, digest] = photoshopResources(edited)
    expect(first?.whole).toEqual(resource(0x03ed, join("abc")))
    expect(Buffer.from(digest?.data ?? [])).toEqual(digestOf(changed?.data ?? new Uint8Array()))
    expect(Buffer.from(edited.subarray(-4)).toString()).toBe("rest")
  })

  test("turns texts into UTF-8 and says so when one needs it, but no bytes that are no text", () => {
    const edited = editPhotoshop(block, [{ dataSet: 80, values: ["太田"] }])
    expect(readIptc(edited, [])).toMatchObject({ "By-line": ["太田"], City: ["Malmö"], Keywords: ["one", "two"] })
    expect(Buffer.from(edited).includes(Buffer.from(dataSet(2, 202, "\u00ff\u00fe")))).toBe(true)
    expect(Buffer.from(edited).includes("\u001c\u0001\u005a\u0000\u0003\u001b%G", 0, "latin1")).toBe(true)
    expect(editPhotoshop(edited, [{ dataSet: 80, values: ["太田"] }])).toBe(edited)
  })

  test("leaves a digest that was wrong", () => {
    const wrong = join(resource(0x0404, iptc), resource(0x0425, new Uint8Array(16)))
    const edited = editPhotoshop(wrong, [{ dataSet: 80, values: ["New"] }])
    expect(photoshopResources(edited)[1]?.data).toEqual(new Uint8Array(16))
  })

  test("writes a text that is longer than the short form has room for", () => {
    const text = "long ".repeat(7000).trim()
    const edited = editPhotoshop(block, [{ dataSet: 80, values: [text] }])
    expect(readIptc(edited, [])).toMatchObject({ "By-line": [text], City: ["Malmö"] })
  })

  test("refuses a data set that is cut", () => {
    const cut = resource(0x0404, iptc.subarray(0, 20))
    expect(() => editPhotoshop(cut, [{ dataSet: 25, values: ["x"] }])).toThrow(
      expect.objectContaining({ code: "METADATA_MALFORMED" }),
    )
  })
})
