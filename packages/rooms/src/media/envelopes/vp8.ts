import { concat, startsWith, type Envelope } from "./envelope.ts"

/** Frame tag of a shown key frame, start code, 16 by 16 (RFC 6386 section 9.1): the real size is sealed. */
const keyHead = new Uint8Array([0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00])
/** The first byte of a frame tag with the bit that says: no key frame. */
const deltaHead = new Uint8Array([0x11])

export const vp8: Envelope = {
  wrap: (sealed, isKey) => concat(isKey ? keyHead : deltaHead, sealed),
  unwrap(frame) {
    if (startsWith(frame, keyHead)) return frame.subarray(keyHead.length)
    return startsWith(frame, deltaHead) ? frame.subarray(deltaHead.length) : undefined
  },
}
