import { u32 } from "../../bytes.ts"
import type { Item } from "../../walk/items.ts"
import type { Edits } from "../edits.ts"
import type { ScrubContext } from "../format-scrubber.ts"
import { exifWithoutLocation } from "./exif.ts"
import { padded, xmpWithoutLocation } from "./xmp.ts"

/** Removes a place from an item of EXIF or XMP, in place. Returns false when the item must go as a whole. */
export function planHeifLocation(bytes: Uint8Array, item: Item, edits: Edits, { limits }: ScrubContext): boolean {
  const [extent] = item.extents
  if (extent === undefined || item.extents.length !== 1) return false
  const data = bytes.subarray(extent.offset, extent.offset + extent.length)
  const cleaned = item.type === "Exif" ? withoutPlace(data, limits) : xmpOf(item, data)
  if (cleaned === undefined || cleaned.length > data.length) return false
  const kind = item.type === "Exif" ? "exif" : "xmp"
  if (edits.replace(extent, cleaned)) edits.note("location", item.type, extent.length)
  edits.keep(kind, item.type)
  return true
}

/** 23008-12 annex A.2.1: four bytes say how far the block's byte order mark is from here. */
function withoutPlace(data: Uint8Array, limits: ScrubContext["limits"]): Uint8Array | undefined {
  const start = 4 + u32(data, 0)
  const block = start <= data.length ? exifWithoutLocation(data.subarray(start), limits) : undefined
  if (block === undefined) return undefined
  const whole = data.slice()
  whole.set(block, start)
  return whole
}

function xmpOf({ contentType }: Item, data: Uint8Array): Uint8Array | undefined {
  if (contentType !== "application/rdf+xml") return undefined
  const packet = xmpWithoutLocation(data)
  return packet === undefined ? undefined : padded(packet, data.length)
}
