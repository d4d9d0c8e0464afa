import { ascii } from "../bytes.ts"
import { crc32 } from "./crc32.ts"

/** A chunk with its length and checksum (W3C PNG section 5.3). */
export function chunkOf(name: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  chunk.set(ascii(name), 4)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  return chunk
}
