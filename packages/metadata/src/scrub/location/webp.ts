import type { Part } from "../../walk/part.ts"
import type { Edits } from "../edits.ts"
import type { ScrubContext } from "../format-scrubber.ts"
import { chunkOf, planHeader } from "../webp-chunks.ts"
import { exifWithoutLocation } from "./exif.ts"
import { xmpWithoutLocation } from "./xmp.ts"

const opaque = new Set<Part["kind"]>(["application", "c2pa", "unknown", "trailer", "junk"])

/** Removes where a WebP was taken, and leaves the rest. */
export function planWebpLocation(bytes: Uint8Array, parts: readonly Part[], edits: Edits, context: ScrubContext): void {
  let total = 0
  for (const part of parts) {
    const chunk = opaque.has(part.kind) ? undefined : part.kind === "exif" || part.kind === "xmp" ? cleaned(part) : null
    if (chunk === undefined) edits.remove(part)
    else if (chunk === null) total += part.name === "VP8X" ? 18 : part.length
    else {
      if (edits.replace(part, chunk)) edits.note("location", part.name, part.length)
      edits.keep(part.kind, part.name)
      total += chunk.length
    }
    if (part.kind === "icc") edits.keep(part.kind, part.name)
  }
  planHeader(bytes, parts, total, { exif: true, icc: true, xmp: true }, edits)

  function cleaned({ kind, name, dataOffset, dataLength }: Part): Uint8Array | undefined {
    const data = bytes.subarray(dataOffset, dataOffset + dataLength)
    if (kind === "xmp") {
      const packet = xmpWithoutLocation(data)
      return packet === undefined ? undefined : chunkOf("XMP ", packet)
    }
    const prefix = data[0] === 0x45 ? 6 : 0
    const block = exifWithoutLocation(data.subarray(prefix), context.limits)
    return block === undefined ? undefined : chunkOf(name, block)
  }
}
