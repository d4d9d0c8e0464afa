import { u16, u32, u8 } from "../bytes.ts"

/** One image resource of Photoshop (Adobe Photoshop File Formats, "Image resource blocks"). */
export interface PhotoshopResource {
  readonly id: number
  readonly data: Uint8Array
  /** All of it, with header and padding. */
  readonly whole: Uint8Array
}

/** 8BIM, AgHg, DCSR, PHUT, MeSa. */
const signatures = [0x3842494d, 0x41674867, 0x44435352, 0x50485554, 0x4d655361]

/** The resources of a block, up to one that does not fit; of the `wanted` number alone if one is given. */
export function photoshopResources(block: Uint8Array, wanted?: number): readonly PhotoshopResource[] {
  const resources: PhotoshopResource[] = []
  let at = 0
  for (let count = 0; at + 12 <= block.length && count < 256 && signatures.includes(u32(block, at)); count++) {
    const id = u16(block, at + 4)
    // A Pascal string padded to an even length.
    const sizeAt = at + 6 + ((u8(block, at + 6) + 2) & ~1)
    const size = u32(block, sizeAt)
    const start = sizeAt + 4
    const end = start + size + (size & 1)
    if (wanted === undefined || wanted === id)
      resources.push({ id, data: block.subarray(start, start + size), whole: block.subarray(at, end) })
    at = end
  }
  return resources
}
