import { ascii, concatBytes } from "../../bytes.ts"
import type { Part } from "../../walk/part.ts"
import { decodePacket } from "../../xmp/read-xmp.ts"
import type { Edits } from "../edits.ts"
import type { ScrubContext } from "../format-scrubber.ts"
import { exifWithoutLocation } from "./exif.ts"
import { photoshopWithoutLocation } from "./iptc.ts"
import { mayNameLocation } from "./names.ts"
import { xmpWithoutLocation } from "./xmp.ts"

/** Private segments, and whatever stands after the picture, may hold a place in a way that only their maker knows. */
const opaque = new Set<Part["kind"]>(["application", "c2pa", "unknown", "multi-picture", "trailer", "junk"])

/** Removes where a JPEG was taken, and leaves the rest. */
export function planJpegLocation(bytes: Uint8Array, parts: readonly Part[], edits: Edits, context: ScrubContext): void {
  const dataOf = (part: Part): Uint8Array => bytes.subarray(part.dataOffset, part.dataOffset + part.dataLength)
  const extended = parts.filter(({ kind }) => kind === "xmp-extended")
  // Behind the identifier: a digest of 32 digits, the whole length and this part's offset (XMP part 3, 1.1.3.1).
  const text = decodePacket(concatBytes(extended.map((part) => dataOf(part).subarray(40))))
  const extendedGoes = mayNameLocation(text)
  for (const part of parts) {
    if (opaque.has(part.kind)) edits.remove(part)
    else if (part.kind === "xmp-extended" && extendedGoes) edits.remove(part)
    else if (part.kind === "exif") planExif(part)
    else if (part.kind === "xmp") planXmp(part)
    else if (["icc", "comment", "xmp-extended", "thumbnail"].includes(part.kind)) edits.keep(part.kind, part.name)
  }
  planPhotoshop(
    bytes,
    parts.filter(({ kind }) => kind === "iptc"),
    edits,
  )

  function planExif(part: Part): void {
    const block = exifWithoutLocation(dataOf(part), context.limits)
    if (block === undefined) return edits.remove(part)
    if (edits.replace({ offset: part.dataOffset, length: part.dataLength }, block))
      edits.note("location", part.name, part.length)
    edits.keep(part.kind, part.name)
  }

  function planXmp(part: Part): void {
    const data = dataOf(part)
    const packet = xmpWithoutLocation(data)
    if (packet === undefined || packet.length > 65_000) return edits.remove(part)
    edits.keep(part.kind, part.name)
    if (packet === data) return
    edits.replace(part, segment(0xe1, concatBytes([ascii("http://ns.adobe.com/xap/1.0/\0"), packet])))
    edits.note("location", part.name, Math.max(0, part.dataLength - packet.length))
  }
}

/** The resources of all segments are one block (Photoshop splits it where it likes). */
function planPhotoshop(bytes: Uint8Array, parts: readonly Part[], edits: Edits): void {
  const [first] = parts
  if (first === undefined) return
  const block = concatBytes(
    parts.map(({ dataOffset, dataLength }) => bytes.subarray(dataOffset, dataOffset + dataLength)),
  )
  const left = photoshopWithoutLocation(block)
  if (left.length > 0) edits.keep("iptc", first.name)
  if (left.length === block.length) return
  const segments: Uint8Array[] = []
  for (let at = 0; at < left.length; at += 65_000)
    segments.push(segment(0xed, concatBytes([ascii("Photoshop 3.0\0"), left.subarray(at, at + 65_000)])))
  const place = { offset: first.offset, length: first.length }
  edits.replace(place, concatBytes(segments))
  for (const part of parts.slice(1)) edits.replace(part, new Uint8Array(0))
  edits.note("location", first.name, block.length - left.length, parts.length)
}

function segment(marker: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = payload.length + 2
  return concatBytes([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), payload])
}
