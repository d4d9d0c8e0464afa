import { unzipSync, constants } from "node:zlib"

const canary = Buffer.from("CANARY")

/** Whether a planted string is left: as it stands, in UTF-16 or UTF-32, or within any zlib stream of the file. */
export function holdsCanary(bytes: Uint8Array): boolean {
  if (holds(bytes)) return true
  for (let at = bytes.indexOf(0x78); at !== -1; at = bytes.indexOf(0x78, at + 1)) {
    // RFC 1950 section 2.2: the header is a multiple of 31.
    if (((0x78 << 8) | (bytes[at + 1] ?? 0)) % 31 === 0 && holds(inflated(bytes.subarray(at)))) return true
  }
  return false
}

function holds(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes(canary) || Buffer.from(bytes.filter((byte) => byte !== 0)).includes(canary)
}

function inflated(data: Uint8Array): Uint8Array {
  try {
    return unzipSync(data, { maxOutputLength: 1 << 23, finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    // Not a zlib stream after all, or a picture larger than any text.
    return new Uint8Array(0)
  }
}
