import { crc32, deflateSync } from "node:zlib"

/** A PNG with an ICC profile put in behind its header (W3C PNG 11.3.2.3). */
export function pngWithProfile(png: Uint8Array, profile: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from("iCCPp3\0\0", "latin1"), deflateSync(profile)])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(named.length - 4)
  crc.writeUInt32BE(crc32(named))
  return new Uint8Array(Buffer.concat([png.subarray(0, 33), length, named, crc, png.subarray(33)]))
}
