import { concatBytes } from "@noble/hashes/utils.js"
import { toUtf8 } from "./utf8.ts"

/**
 * Encodes fields so that no two lists of fields give the same bytes: each is preceded by its length as u32be. Text is
 * UTF-8. Whatever is signed or bound as additional data starts with its domain string as the first field.
 */
export function encodeFields(...fields: readonly (string | Uint8Array)[]): Uint8Array {
  return concatBytes(
    ...fields.flatMap((field) => {
      const bytes = typeof field === "string" ? toUtf8(field) : field
      return [u32be(bytes.length), bytes]
    }),
  )
}

/** A number from 0 to 2^32 - 1 as four bytes, big endian. */
export function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
