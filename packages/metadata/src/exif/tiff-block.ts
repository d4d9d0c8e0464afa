import { startsWith, u32 } from "../bytes.ts"

/** Whether a TIFF header stands at `offset`: byte order and 42, or 43 for BigTIFF. */
function hasHeader(bytes: Uint8Array, offset: number): boolean {
  const magic = u32(bytes, offset)
  return magic === 0x49492a00 || magic === 0x4d4d002a || magic === 0x49492b00 || magic === 0x4d4d002b
}

/**
 * An EXIF block from its byte order mark on. Writers put `Exif\0\0` before it where it does not belong, or one zero too
 * few; what has no header near its beginning is given back as it is.
 */
export function tiffBlock(bytes: Uint8Array): Uint8Array {
  if (hasHeader(bytes, 0)) return bytes
  const from = startsWith(bytes, 0, "Exif") ? 4 : 0
  for (let at = from; at <= from + 8; at++) if (hasHeader(bytes, at)) return bytes.subarray(at)
  return from === 4 ? bytes.subarray(6) : bytes
}

/** Whether bytes begin with a TIFF header, so that they are a block of their own and no continuation. */
export function beginsTiff(bytes: Uint8Array): boolean {
  return hasHeader(bytes, 0)
}
