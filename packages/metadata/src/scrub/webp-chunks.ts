import { ascii, u8 } from "../bytes.ts"
import type { Part } from "../walk/part.ts"
import type { Edits } from "./edits.ts"

/** Bits of VP8X (section 2.7.1): alpha and animation belong to the picture. */
const flags = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04, animation: 0x02 }

/**
 * Writes VP8X and the RIFF size. A flag stays only with its chunk, and is never set where it was not: viewers go by the
 * flag, so that setting it would turn a picture that nobody turned before.
 */
export function planHeader(
  bytes: Uint8Array,
  parts: readonly Part[],
  total: number,
  has: { readonly exif: boolean; readonly icc: boolean; readonly xmp: boolean },
  edits: Edits,
): void {
  const riff = bytes.slice(0, 12)
  new DataView(riff.buffer).setUint32(4, total - 8, true)
  edits.replace({ offset: 0, length: 12 }, riff)
  const extended = parts.find(({ name }) => name === "VP8X")
  if (extended === undefined) return
  const allowed =
    flags.alpha | flags.animation | (has.exif ? flags.exif : 0) | (has.icc ? flags.icc : 0) | (has.xmp ? flags.xmp : 0)
  const header = new Uint8Array(10)
  header.set(bytes.subarray(extended.dataOffset, extended.dataOffset + Math.min(10, extended.dataLength)))
  header[0] = u8(header, 0) & allowed
  header.fill(0, 1, 4)
  edits.replace(extended, chunkOf("VP8X", header))
}

/** A chunk with its size, padded to an even length (RFC 9649 section 2.3). */
export function chunkOf(name: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(8 + data.length + (data.length & 1))
  chunk.set(ascii(name))
  new DataView(chunk.buffer).setUint32(4, data.length, true)
  chunk.set(data, 8)
  return chunk
}
