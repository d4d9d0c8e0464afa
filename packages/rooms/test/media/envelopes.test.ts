import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { envelopes, frameCodecOf, type FrameCodec } from "../../src/media/frame-codec.ts"

const codecs = Object.keys(envelopes) as FrameCodec[]
/** Bytes among which start codes and what looks like one are frequent. */
const zeros = fc.uint8Array({ min: 0, max: 4, minLength: 1, maxLength: 300 })
const sealed = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 3000 }), zeros)

/** Reads AV1 as a depacketizer gives it: every OBU with its size, and no temporal delimiter. */
function withSizes(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const isKey = frame[0] === 0x0a
  const start = isKey ? 13 : 0
  const body = frame.subarray(start + 1)
  const size: number[] = []
  for (let rest = body.length; ; rest >>= 7) {
    size.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return new Uint8Array([...frame.subarray(0, start), 0x32, ...size, ...body])
}

describe("envelopes", () => {
  test.each(codecs)("%s: what is wrapped comes out again", (codec) => {
    fc.assert(
      fc.property(sealed, fc.boolean(), (bytes, isKey) => {
        const wrapped = envelopes[codec].wrap(bytes, isKey)
        expect(wrapped.buffer.byteLength).toBe(wrapped.length)
        expect(envelopes[codec].unwrap(wrapped)).toEqual(bytes)
      }),
    )
  })

  test.each(codecs)("%s: beside the sealed bytes and key-or-delta, frames differ in nothing", (codec) => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 4, minLength: 40, maxLength: 40 }), fc.boolean(), (bytes, isKey) => {
        const [one, other] = [bytes, new Uint8Array(40).fill(9)].map((body) => envelopes[codec].wrap(body, isKey))
        const differing = [...one!.keys()].filter((at) => one![at] !== other![at])
        const tail = codec === "h264" ? 1 : 0
        expect(one!.length).toBe(other!.length)
        expect(differing.every((at) => at >= one!.length - 40 - tail)).toBe(true)
      }),
    )
  })

  test.each([
    ["vp8", 10, 1],
    ["vp9", 0, 0],
    ["opus", 0, 0],
    ["av1", 14, 1],
    ["h264", 34, 8],
  ] as const)("%s adds %i bytes to key frames and %i to others", (codec, key, delta) => {
    const body = new Uint8Array(1000).fill(7)
    expect(envelopes[codec].wrap(body, true).length - 1000).toBe(key)
    expect(envelopes[codec].wrap(body, false).length - 1000).toBe(delta)
  })

  test("of H.264 never hold a start code where none stands", () => {
    fc.assert(
      fc.property(zeros, fc.boolean(), (bytes, isKey) => {
        const frame = envelopes.h264.wrap(bytes, isKey)
        const head = isKey ? 33 : 7
        for (let at = head - 2; at + 2 < frame.length; at++)
          expect(frame[at] === 0 && frame[at + 1] === 0 && (frame[at + 2] ?? 9) < 3).toBe(false)
        expect(frame.at(-1)).toBe(0x80)
      }),
    )
  })

  test("of AV1 are read with the sizes that a depacketizer writes into them", () => {
    fc.assert(
      fc.property(sealed, fc.boolean(), (bytes, isKey) => {
        expect(envelopes.av1.unwrap(withSizes(envelopes.av1.wrap(bytes, isKey)))).toEqual(bytes)
      }),
    )
  })

  test.each(codecs)("%s: any bytes are read or refused, and never more than there are", (codec) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = envelopes[codec].unwrap(new Uint8Array(bytes))
        expect(read === undefined || read.length <= bytes.length).toBe(true)
      }),
    )
  })

  test("are chosen by the MIME types that browsers give", () => {
    const types = ["video/VP8", "video/VP9", "video/AV1", "video/H264", "audio/opus", "video/H265", "", undefined]
    expect(types.map(frameCodecOf)).toEqual(["vp8", "vp9", "av1", "h264", "opus", undefined, undefined, undefined])
  })
})
