const utf8 = new TextEncoder()

/** Fields behind their lengths as u32be, so that no two lists give the same bytes; text is UTF-8, a number u32be. */
export function encodeFields(...fields: readonly (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const parts = fields.map((field) =>
    typeof field === "string" ? utf8.encode(field) : typeof field === "number" ? u32be(field) : field,
  )
  const encoded = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0))
  let at = 0
  for (const part of parts) {
    encoded.set(u32be(part.length), at)
    encoded.set(part, at + 4)
    at += 4 + part.length
  }
  return encoded
}

function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
