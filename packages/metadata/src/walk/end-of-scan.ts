const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** The part of Node's Buffer that is used here. */
interface NodeBuffer {
  from(bytes: ArrayBufferLike, offset: number, length: number): { indexOf(byte: number, from: number): number }
}

/**
 * Where the entropy-coded data of a JPEG ends: at the next marker that is neither stuffing nor RSTm (B.1.1.5). It is most
 * of the file. Node's own search for a byte is the fastest there is.
 */
export function endOfScan(bytes: Uint8Array, from: number): number {
  const { Buffer } = globalThis as { Buffer?: NodeBuffer }
  if (Buffer === undefined) return endByWords(bytes, from)
  const searched = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = searched.indexOf(0xff, from); at >= 0; at = searched.indexOf(0xff, at + 1))
    if (isMarker(bytes[at + 1] ?? 0)) return at
  return bytes.length
}

/** Looks through 16 bytes at a time, and the stuffing, in every 16th of those, without a branch. */
export function endByWords(bytes: Uint8Array, from: number): number {
  const start = from + ((4 - ((bytes.byteOffset + from) & 3)) & 3)
  if (bytes.length - start < 16) return markerBetween(bytes, from, bytes.length)
  const head = markerBetween(bytes, from, start)
  if (head < start) return head
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) >> 2)
  const last = words.length - 4
  let i = 0
  for (; i < last; i += 4) {
    const a = words[i] as number
    const b = words[i + 1] as number
    const c = words[i + 2] as number
    const d = words[i + 3] as number
    if (((ffIn(a) | ffIn(b) | ffIn(c) | ffIn(d)) & 0x8080_8080) === 0) continue
    const marked = stuffless(a, b) | stuffless(b, c) | stuffless(c, d) | stuffless(d, words[i + 4] as number)
    if (littleEndian && (marked & 0x8080_8080) === 0) continue
    const end = start + i * 4 + 16
    const found = markerBetween(bytes, end - 16, end)
    if (found < end) return found
  }
  return markerBetween(bytes, start + i * 4, bytes.length)
}

/** Has the highest bit of a byte where a byte of the word is FF: the trick by which C finds zeros, on the complement. */
function ffIn(word: number): number {
  return (~word - 0x0101_0101) & word
}

/** The same, but only of an FF that no 00 follows. */
function stuffless(word: number, next: number): number {
  const following = (word >>> 8) | (next << 24)
  return ffIn(word) & (((following & 0x7f7f_7f7f) + 0x7f7f_7f7f) | following)
}

/** Where a marker begins; `end` when there is none. */
function markerBetween(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) if (bytes[at] === 0xff && isMarker(bytes[at + 1] ?? 0)) return at
  return end
}

/** Whether this byte after an FF makes a marker, and is neither 00, another FF nor one of D0 to D7. */
function isMarker(next: number): boolean {
  return next > 0 && next < 0xff && (next & 0xf8) !== 0xd0
}
