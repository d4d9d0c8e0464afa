import { concat, type Envelope } from "./envelope.ts"

const startCode = [0x00, 0x00, 0x00, 0x01]
/** Parameter sets that never change; the real ones are sealed. No receiver may take a size from them. */
const sequenceParameters = [0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x50, 0x1e, 0x90, 0x0f, 0x08, 0x84, 0x6a]
const pictureParameters = [0x68, 0xce, 0x3c, 0x80]
/** NAL unit headers, and the start of a slice header that names parameter set 0: an IDR slice, and another. */
const idrSlice = [0x65, 0x88, 0x80]
const otherSlice = [0x41, 0x9a, 0x80]

const keyHead = new Uint8Array([
  ...startCode,
  ...sequenceParameters,
  ...startCode,
  ...pictureParameters,
  ...startCode,
  ...idrSlice,
])
const deltaHead = new Uint8Array([...startCode, ...otherSlice])
/** The sealed frame starts so many bytes behind the start code of its NAL unit. */
const sliceHead = 3
/** Behind the sealed frame: a NAL unit must not end in a zero. */
const stopByte = 0x80

/** One slice in Annex B form, the sealed frame escaped as NAL units are (ITU-T H.264 7.4.1). */
export const h264: Envelope = {
  wrap: (sealed, isKey) => concat(isKey ? keyHead : deltaHead, escape(sealed)),
  unwrap(frame) {
    const start = findSlice(frame)
    return start === undefined ? undefined : unescape(frame.subarray(start + sliceHead))
  },
}

/** Where the first slice's NAL unit header stands. */
function findSlice(frame: Uint8Array): number | undefined {
  for (let at = 0; at + 3 < frame.length; at++) {
    if (frame[at] !== 0 || frame[at + 1] !== 0 || frame[at + 2] !== 1) continue
    const type = (frame[at + 3] ?? 0) & 31
    if (type === 5 || type === 1) return at + 3
  }
  return undefined
}

/** Puts a 3 behind two zeros wherever what follows could be taken for a start code, and the stop byte at the end. */
function escape(bytes: Uint8Array): Uint8Array {
  const escaped = new Uint8Array(bytes.length + Math.ceil(bytes.length / 2) + 1)
  let [length, zeros] = [0, 0]
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      escaped[length++] = 3
      zeros = 0
    }
    escaped[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  escaped[length++] = stopByte
  return escaped.subarray(0, length)
}

function unescape(bytes: Uint8Array): Uint8Array | undefined {
  const plain = new Uint8Array(bytes.length)
  let [length, zeros] = [0, 0]
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    plain[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return plain[length - 1] === stopByte ? plain.subarray(0, length - 1) : undefined
}
