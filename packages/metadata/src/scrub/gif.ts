import { latin1, u8 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { walkGif } from "../walk/gif.ts"
import type { Part, Walk } from "../walk/part.ts"
import type { Edits } from "./edits.ts"
import { padded, xmpWithoutLocation } from "./location/xmp.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"

/** GIF (GIF89a): header, images with their timing, loops, and ICC. Text of every kind goes. */
export const gifScrubber: FormatScrubber = { names: ["gif"], walk: walkGif, plan: planGif }

function planGif(bytes: Uint8Array, { parts }: Walk, edits: Edits, { policy }: ScrubContext): void {
  const junk = parts.some(({ kind }) => kind === "junk")
  if (junk || !parts.some(({ name }) => name === "image"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub gif: it is cut short, or holds no image")
  let [loops, profiles] = [0, 0]
  for (const part of parts) {
    if (part.name === "plain text") {
      // Drawn by no browser; section 25 calls it text to be rendered, so it is free text.
      if (policy !== "gps-only") edits.remove(part)
    } else if (part.kind === "structure" || part.kind === "image") continue
    else if (part.name === "graphic control") planControl(bytes, part, edits)
    else if (part.kind === "animation" && loops++ === 0) planLoop(bytes, part, edits)
    else if (part.kind === "icc" && profiles++ === 0) edits.keep(part.kind, part.name)
    else if (policy !== "gps-only") edits.remove(part)
    else if (part.kind === "xmp") planXmp(bytes, part, edits)
    else if (part.kind !== "comment") edits.remove(part)
  }
}

/** The packet stands in the place of blocks, before a magic trailer of 258 bytes (XMP specification part 3, 1.1.2). */
function planXmp(bytes: Uint8Array, part: Part, edits: Edits): void {
  const place = { offset: part.dataOffset, length: part.dataLength - 258 }
  const packet =
    place.length > 0 ? xmpWithoutLocation(bytes.subarray(place.offset, place.offset + place.length)) : undefined
  if (packet === undefined || packet.length > place.length) return edits.remove(part)
  if (edits.replace(place, padded(packet, place.length)))
    edits.note("location", part.name, place.length - packet.length)
  edits.keep(part.kind, part.name)
}

/** Section 23: one block of four bytes. */
function planControl(bytes: Uint8Array, part: Part, edits: Edits): void {
  if (part.length === 8) return
  const block = bytes.slice(part.offset, part.offset + 8)
  block.set([4], 2)
  block[7] = 0
  if (u8(bytes, part.offset + 2) < 4) edits.remove(part)
  else if (edits.replace(part, block)) edits.note("application", part.name, part.length - 8)
}

/** How often to play: one block of three bytes, the first 1 (Netscape's extension). */
function planLoop(bytes: Uint8Array, part: Part, edits: Edits): void {
  let at = part.offset + 14
  const end = part.offset + part.length
  while (at < end && !(u8(bytes, at) === 3 && u8(bytes, at + 1) === 1)) at += 1 + u8(bytes, at)
  if (at + 4 >= end) return edits.remove(part)
  const head = bytes.subarray(part.offset, part.offset + 14)
  const block = new Uint8Array(19)
  block.set(head)
  block.set(bytes.subarray(at, at + 4), 14)
  if (edits.replace(part, block)) edits.note("application", latin1(head, 3, 11), part.length - 19)
  edits.keep("animation", part.name)
}
