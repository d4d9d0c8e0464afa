/** Reads of unsigned numbers; past the end they read zeros, so a caller checks bounds where it matters. */
export function u8(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0
}

export function u16(bytes: Uint8Array, offset: number): number {
  return (u8(bytes, offset) << 8) | u8(bytes, offset + 1)
}

export function u32(bytes: Uint8Array, offset: number): number {
  return u16(bytes, offset) * 0x1_0000 + u16(bytes, offset + 2)
}

export function u16le(bytes: Uint8Array, offset: number): number {
  return u8(bytes, offset) | (u8(bytes, offset + 1) << 8)
}

export function u24le(bytes: Uint8Array, offset: number): number {
  return u16le(bytes, offset) | (u8(bytes, offset + 2) << 16)
}

export function u32le(bytes: Uint8Array, offset: number): number {
  return u16le(bytes, offset) + u16le(bytes, offset + 2) * 0x1_0000
}

/** A big-endian number of 0 to 8 bytes; above 2^53 it loses its last digits, which a bounds check refuses anyway. */
export function uintBe(bytes: Uint8Array, offset: number, length: number): number {
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + u8(bytes, offset + i)
  return value
}

/** Bytes as ISO 8859-1, the encoding of markers, keys and PNG text; at most 64 KiB. */
export function latin1(bytes: Uint8Array, offset: number, length: number): string {
  const end = Math.min(offset + Math.min(length, 0x1_0000), bytes.length)
  let text = ""
  for (let i = offset; i < end; i++) text += String.fromCharCode(u8(bytes, i))
  return text
}

/** Whether ASCII `text` stands at `offset`. */
export function startsWith(bytes: Uint8Array, offset: number, text: string): boolean {
  if (offset + text.length > bytes.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false
  return true
}

const strict = new TextDecoder("utf-8", { fatal: true })

/**
 * UTF-8 where the bytes are UTF-8, else ISO 8859-1: what cameras and old programs write under the name of ASCII. From
 * `start` to `end`, which is within the bytes.
 */
export function utf8OrLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  // Starting a decoder takes longer than a few letters do.
  let short = end - start <= 12
  for (let i = start; short && i < end; i++) short = u8(bytes, i) < 0x80
  if (short) return latin1(bytes, start, end - start)
  try {
    return strict.decode(bytes.subarray(start, end))
  } catch {
    // Not UTF-8: every byte has a meaning in ISO 8859-1.
    return latin1(bytes, start, end - start)
  }
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}
