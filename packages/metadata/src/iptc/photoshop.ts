import { latin1, u16, u32, u8 } from "../bytes.ts"

/** One image resource of Photoshop (Adobe Photoshop File Formats, "Image resource blocks"). */
export interface PhotoshopResource {
  readonly id: number
  readonly data: Uint8Array
  /** All of it, with header and padding. */
  readonly whole: Uint8Array
}

const signatures = ["8BIM", "AgHg", "DCSR", "PHUT", "MeSa"]

/** The resources of a block, up to one that does not fit. */
export function photoshopResources(block: Uint8Array): readonly PhotoshopResource[] {
  const resources: PhotoshopResource[] = []
  let at = 0
  while (at + 12 <= block.length && resources.length < 256 && signatures.includes(latin1(block, at, 4))) {
    const id = u16(block, at + 4)
    // A Pascal string padded to an even length.
    const sizeAt = at + 6 + ((u8(block, at + 6) + 2) & ~1)
    const size = u32(block, sizeAt)
    const start = sizeAt + 4
    const data = block.subarray(start, Math.min(start + size, block.length))
    const end = start + size + (size & 1)
    resources.push({ id, data, whole: block.subarray(at, end) })
    at = end
  }
  return resources
}
