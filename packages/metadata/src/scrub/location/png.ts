import { ascii, concatBytes } from "../../bytes.ts"
import { readPngText } from "../../png/read-text.ts"
import type { Part } from "../../walk/part.ts"
import { chunkOf } from "../png-chunk.ts"
import type { Edits } from "../edits.ts"
import type { ScrubContext } from "../format-scrubber.ts"
import { exifWithoutLocation } from "./exif.ts"
import { namesLocation } from "./names.ts"
import { xmpWithoutLocation } from "./xmp.ts"

const opaque = new Set<Part["kind"]>(["application", "c2pa", "unknown", "trailer", "junk"])
const xmpKeyword = "XML:com.adobe.xmp"

/** Removes where a PNG was taken, and leaves the rest. */
export async function planPngLocation(
  bytes: Uint8Array,
  parts: readonly Part[],
  edits: Edits,
  { limits, signal }: ScrubContext,
): Promise<void> {
  const budget = { bytes: limits.maxInflatedBytesPerFile, maxPerPart: limits.maxXmpBytes }
  for (const part of parts) {
    const data = bytes.subarray(part.dataOffset, part.dataOffset + part.dataLength - 4)
    if (opaque.has(part.kind) || part.name === "zxIf") edits.remove(part)
    else if (part.kind === "exif") {
      const block = exifWithoutLocation(data, limits)
      if (block === undefined) edits.remove(part)
      else {
        // The checksum counts when the data is as it was: a wrong one is none of this policy's business.
        const same = block.every((byte, i) => byte === data[i])
        if (!same && edits.replace(part, chunkOf(part.name, block))) edits.note("location", part.name, part.length)
        edits.keep(part.kind, part.name)
      }
    } else if (part.kind === "text") await planText(part, data)
    else if (part.kind === "icc" || part.kind === "time") edits.keep(part.kind, part.name)
  }

  async function planText(part: Part, data: Uint8Array): Promise<void> {
    const end = data.subarray(0, 80).indexOf(0)
    const keyword = end === -1 ? undefined : String.fromCharCode(...data.subarray(0, end))
    // Neighbours that the walk took as one are too many to be looked at one by one.
    const unread = keyword === undefined || part.count > 1 || keyword.startsWith("Raw profile type")
    if (unread || namesLocation(keyword)) return edits.remove(part)
    if (keyword !== xmpKeyword) return edits.keep(part.kind, part.name)
    const text = await readPngText(part.name, data, budget, signal)
    const packet = text?.whole === true ? xmpWithoutLocation(text.bytes) : undefined
    if (packet === undefined) return edits.remove(part)
    edits.keep("xmp", part.name)
    if (packet === text?.bytes) return
    edits.replace(part, chunkOf("iTXt", concatBytes([ascii(`${xmpKeyword}\0\0\0\0\0`), packet])))
    edits.note("location", part.name, part.length)
  }
}
