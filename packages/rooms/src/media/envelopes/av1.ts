import { concat, type Envelope } from "./envelope.ts"

// OBU headers (AV1 bitstream specification 5.3.2): the type in bits 6 to 3, "has a size" in bit 1.
const frameObu = 0x30
const hasExtension = 0x04
const hasSize = 0x02
const frameType = 6

/**
 * A sequence header OBU with its size, always the same: a packetizer marks what begins with one as the start of a coded
 * video sequence.
 */
const sequenceHeader = new Uint8Array([0x0a, 0x0b, 0x00, 0x00, 0x00, 0x2d, 0x4c, 0xff, 0xb3, 0xc0, 0x22, 0x21, 0x08])
const frameHead = new Uint8Array([frameObu])
const keyHead = concat(sequenceHeader, frameHead)

/** One frame OBU, which reaches to the end and says no size; the receiver's depacketizer writes one into it. */
export const av1: Envelope = {
  wrap: (sealed, isKey) => concat(isKey ? keyHead : frameHead, sealed),
  unwrap(frame) {
    for (let at = 0; at < frame.length;) {
      const header = frame[at] ?? 0
      const start = at + (header & hasExtension ? 2 : 1)
      const size = header & hasSize ? readLeb128(frame, start) : { value: frame.length - start, end: start }
      if (!size || size.end + size.value > frame.length) return undefined
      const end = size.end + size.value
      if (((header >> 3) & 15) === frameType) return frame.subarray(size.end, end)
      at = end
    }
    return undefined
  },
}

/** Little-endian groups of seven bits, at most four of them here (AV1 4.10.5 allows eight). */
function readLeb128(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    value |= (byte & 127) << (7 * index)
    if (byte < 128) return { value, end: at + index + 1 }
  }
  return undefined
}
