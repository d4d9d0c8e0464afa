import { toUtf8 } from "./utf8.ts"

/**
 * Encodes fields so that no two lists of fields give the same bytes: each is preceded by its length as u32be. Text is
 * UTF-8, a number from 0 to 2^32 - 1 a u32be. Whatever is signed or bound as additional data starts with its domain string
 * as the first field.
 *
 * @example
 * ```ts
 * assert.deepEqual(encodeFields("ab", 1), new Uint8Array([0, 0, 0, 2, 97, 98, 0, 0, 0, 4, 0, 0, 0, 1]))
 * ```
 */
export function encodeFields(...fields: readonly (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const parts = fields.map((field) =>
    typeof field === "string" ? toUtf8(field) : typeof field === "number" ? u32be(field) : field,
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

/** A number from 0 to 2^32 - 1 as four bytes, big endian. */
export function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
