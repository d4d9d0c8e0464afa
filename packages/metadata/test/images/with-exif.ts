/** An EXIF block (TIFF, big endian) that says the orientation alone. */
function exifBlock(orientation: number): Uint8Array {
  return new Uint8Array([
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    0x01,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ])
}

/** A JPEG, PNG or WebP as an encoder made it, with an orientation put in. */
export function withOrientation(bytes: Uint8Array, type: string, orientation: number): Uint8Array<ArrayBuffer> {
  const block = exifBlock(orientation)
  if (type === "image/jpeg") {
    const payload = join(ascii("Exif\0\0"), block)
    return join(bytes.subarray(0, 2), [0xff, 0xe1, 0, payload.length + 2], payload, bytes.subarray(2))
  }
  if (type === "image/png") return join(bytes.subarray(0, 33), pngChunk("eXIf", block), bytes.subarray(33))
  return webpWith(bytes, join(ascii("EXIF"), u32le(block.length), block))
}

/** A PNG's header alone, of any size, with an image that is none. */
export function pngHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  const header = join(u32(width), u32(height), [8, 6, 0, 0, 0])
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  return join(signature, pngChunk("IHDR", header), pngChunk("IDAT", new Uint8Array(20)), pngChunk("IEND", []))
}

/** RFC 9649 section 2.7: what is beyond the simple format needs VP8X, whose flag 8 is EXIF. */
function webpWith(bytes: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const extended = String.fromCharCode(...bytes.subarray(12, 16)) === "VP8X"
  const body = bytes.slice(12)
  if (extended) body[8] = (body[8] ?? 0) | 8
  const head = extended ? new Uint8Array() : vp8x(bytes)
  const size = 4 + head.length + body.length + chunk.length
  return join(ascii("RIFF"), u32le(size), ascii("WEBP"), head, body, chunk)
}

function vp8x(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const lossless = bytes[15] === 0x4c
  const bits = view.getUint32(21, true)
  const [width, height] = lossless
    ? [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1]
    : [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
  const flags = 8 | (lossless && (bits >>> 28) & 1 ? 16 : 0)
  return join(
    ascii("VP8X"),
    u32le(10),
    [flags, 0, 0, 0],
    u32le(width - 1).subarray(0, 3),
    u32le(height - 1).subarray(0, 3),
  )
}

function pngChunk(name: string, data: ArrayLike<number>): Uint8Array {
  const named = join(ascii(name), data)
  return join(u32(data.length), named, u32(crc32(named)))
}

/** W3C PNG annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
  }
  return ~crc >>> 0
}

function u32(value: number): Uint8Array {
  return u32le(value).reverse()
}

function u32le(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24])
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function join(...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
