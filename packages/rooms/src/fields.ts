import { RoomsError } from "./errors.ts"

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

/** The fields of {@link encodeFields}, as views. @throws RoomsError `ROOMS_MALFORMED` unless there are `count`. */
export function decodeFields(encoded: Uint8Array, count: number): readonly Uint8Array[] {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length)
  const fields: Uint8Array[] = []
  let at = 0
  while (at + 4 <= encoded.length) {
    const end = at + 4 + view.getUint32(at)
    if (end > encoded.length) break
    fields.push(encoded.subarray(at + 4, end))
    at = end
  }
  if (at !== encoded.length || fields.length !== count)
    throw new RoomsError("ROOMS_MALFORMED", `Cannot read fields: not ${count} whole ones`)
  return fields
}

function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
