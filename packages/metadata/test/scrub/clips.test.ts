import { describe, expect, test } from "vitest"
import { scrubMetadata } from "@darkslide/metadata"
import { be32, holds, join } from "./fixtures/bytes.ts"

type Piece = string | number | Uint8Array
const box = (type: string, ...body: readonly Piece[]): Uint8Array => {
  const data = join(...body)
  return join(be32(data.length + 8), type, data)
}
const zeros = (length: number): Uint8Array => new Uint8Array(length)
const times = be32(0xdddd_dddd)

/** A track whose one sample of 7 bytes lies at `offset`. */
function track(handler: string, offset: number): Uint8Array {
  const entry = box(
    "avc1",
    zeros(12),
    "MAKR",
    zeros(26),
    "\x06CANARY",
    zeros(25),
    zeros(4),
    "CANARY-not-me".slice(0, 0),
  )
  const stbl = box(
    "stbl",
    box("stsd", be32(0), be32(1), entry),
    box("stsz", be32(0), be32(0), be32(1), be32(7)),
    box("stsc", be32(0), be32(1), be32(1), be32(1), be32(1)),
    box("stco", be32(0), be32(1), be32(offset)),
  )
  return box(
    "trak",
    box("tkhd", be32(0), times, times, zeros(72)),
    box(
      "mdia",
      box("mdhd", be32(0), times, times, zeros(12)),
      box("hdlr", be32(0), be32(0), handler, zeros(12), "CANARY-handler\0"),
      box("minf", stbl),
    ),
    box("udta", box("©xyz", "CANARY-place")),
  )
}

const ftyp = box("ftyp", "isom", be32(0), "isom")
const mdat = box("mdat", "SAMPLE1", "CANARY-gap", "CANARY-telemetry"[0] ?? "", "CANARY2")

function clip(...handlers: readonly string[]): Uint8Array {
  const moov = box(
    "moov",
    box("mvhd", be32(0), times, times, zeros(88)),
    ...handlers.map((handler) => track(handler, ftyp.length + 8 + (handler === "vide" ? 0 : 18))),
    box("udta", "CANARY"),
    box("meta", "CANARY"),
  )
  return join(ftyp, mdat, moov, box("uuid", "0123456789abcdefCANARY"), box("free", "CANARY"))
}

describe("scrubMetadata() of an MP4", () => {
  test("zeros times, names, user data and what no sample claims, in place", async () => {
    const file = clip("vide")
    const { bytes, removed } = await scrubMetadata(file)
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(holds(bytes, "\xdd\xdd")).toBe(false)
    expect(holds(bytes, "MAKR")).toBe(false)
    expect(holds(bytes, "SAMPLE1")).toBe(true)
    expect(bytes.length).toBe(file.length)
    expect(removed.map(({ name }) => name)).toContain("moov/trak/udta")
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("drops a track of telemetry with its samples", async () => {
    const { bytes, removed } = await scrubMetadata(clip("vide", "meta"))
    expect(removed).toContainEqual(expect.objectContaining({ kind: "application", name: "moov/trak" }))
    expect(holds(bytes, "CANARY")).toBe(false)
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("gps-only keeps times and drops user data", async () => {
    const { bytes } = await scrubMetadata(clip("vide"), { policy: "gps-only" })
    expect(holds(bytes, "CANARY-place")).toBe(false)
    expect(holds(bytes, "\xdd\xdd\xdd\xdd")).toBe(true)
    expect(holds(bytes, "CANARY-handler")).toBe(true)
  })

  test("refuses a fragmented clip with a track of telemetry, and one that is cut short", async () => {
    const file = join(clip("vide", "meta"), box("moof", box("mfhd", be32(0), be32(1))))
    await expect(scrubMetadata(file)).rejects.toMatchObject({ code: "METADATA_UNSUPPORTED" })
    const cut = clip("vide")
    await expect(scrubMetadata(cut.subarray(0, cut.length - 3))).rejects.toMatchObject({ code: "METADATA_MALFORMED" })
  })
})

const element = (id: readonly number[], ...body: readonly Piece[]): Uint8Array => {
  const data = join(...body)
  return data.length < 127 ? join(...id, 0x80 | data.length, data) : join(...id, 0x01, 0, 0, 0, be32(data.length), data)
}

function webm(trackType: number): Uint8Array {
  const info = element(
    [0x15, 0x49, 0xa9, 0x66],
    element([0xbf], be32(7)),
    element([0x2a, 0xd7, 0xb1], 0x0f, 0x42, 0x40),
    element([0x44, 0x61], "CANARY88"),
    element([0x7b, 0xa9], "CANARY-title"),
    element([0x4d, 0x80], "CANARY-muxer"),
    element([0x57, 0x41], "CANARY"),
  )
  const entry = element([0xae], element([0xd7], 1), element([0x83], trackType), element([0x53, 0x6e], "CANARY-name"))
  return join(
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], "webm")),
    element(
      [0x18, 0x53, 0x80, 0x67],
      info,
      element([0x16, 0x54, 0xae, 0x6b], entry),
      element(
        [0x1f, 0x43, 0xb6, 0x75],
        element([0xe7], 0),
        element([0xa3], 0x81, 0, 0, 0, "SAMPLE"),
        element([0xec], "CANARY"),
      ),
      element([0x12, 0x54, 0xc3, 0x67], "CANARY-tags", zeros(200)),
      element([0x19, 0x41, 0xa4, 0x69], "CANARY-attachment"),
      element([0x7e, 0x7e], "CANARY-unknown"),
    ),
  )
}

describe("scrubMetadata() of a WebM", () => {
  test("voids date, title, applications, tags and attachments, in place", async () => {
    const file = webm(1)
    const { bytes, removed } = await scrubMetadata(file)
    expect(holds(bytes, "CANARY")).toBe(false)
    expect(holds(bytes, "SAMPLE")).toBe(true)
    expect(bytes.length).toBe(file.length)
    expect(removed.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "Segment/Info/DateUTC",
        "Segment/Info/WritingApp",
        "Segment/Tags",
        "Segment/Attachments",
      ]),
    )
    expect((await scrubMetadata(bytes)).bytes).toEqual(bytes)
  })

  test("refuses a track that is neither picture nor sound", async () => {
    await expect(scrubMetadata(webm(17))).rejects.toMatchObject({ code: "METADATA_UNSUPPORTED" })
  })
})
