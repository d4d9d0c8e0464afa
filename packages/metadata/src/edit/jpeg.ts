import { ascii, concatBytes } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { beginsTiff, tiffBlock } from "../exif/tiff-block.ts"
import type { Edits } from "../scrub/edits.ts"
import { walkJpeg } from "../walk/jpeg.ts"
import type { Part, Walk } from "../walk/part.ts"
import { decodePacket } from "../xmp/read-xmp.ts"
import { editExif, emptyExif } from "./edit-exif.ts"
import { editPhotoshop } from "./edit-photoshop.ts"
import { editXmp, isMeant } from "./edit-xmp.ts"
import { findProperties } from "./find-properties.ts"
import type { EditContext, FormatEditor } from "./format-editor.ts"
import { planPictureIndex } from "./multi-picture.ts"

/** JPEG (ITU-T T.81): EXIF and XMP in APP1, IPTC in Photoshop's APP13. */
export const jpegEditor: FormatEditor = { names: ["jpeg"], walk: walkJpeg, plan: planJpeg }

const exifMark = ascii("Exif\0\0")
const xmpMark = ascii("http://ns.adobe.com/xap/1.0/\0")
/** B.1.1.4: a length of 16 bits counts itself. */
const maxPayload = 65_533

function planJpeg(bytes: Uint8Array, { parts }: Walk, edits: Edits, context: EditContext): void {
  if (!parts.some(({ name }) => name.startsWith("SOF")) || !parts.some(({ kind }) => kind === "image"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot edit jpeg: it holds no scan")
  planExif(bytes, parts, edits, context)
  planXmp(bytes, parts, edits, context)
  planPhotoshop(bytes, parts, edits, context)
  planPictureIndex(bytes, parts, edits)
}

function planExif(
  bytes: Uint8Array,
  parts: readonly Part[],
  edits: Edits,
  { changes, limits, wrote }: EditContext,
): void {
  const found = parts.filter(({ kind }) => kind === "exif")
  const [first, ...others] = found
  if (first === undefined) {
    const block = editExif(emptyExif(), changes.exif, limits)
    if (block.length <= emptyExif().length) return
    // T.871 section 10.1: JFIF stands first; EXIF takes the next place.
    const place = parts.find(({ name, kind }) => name !== "SOI" && !(name === "APP0" && kind === "structure"))
    edits.replace({ offset: place?.offset ?? 2, length: 0 }, segment("EXIF", 0xe1, exifMark, block))
    wrote("exif", "APP1")
    return
  }
  // A block that is too long for one segment goes on in the next ones.
  const end = others.findIndex((part) => beginsTiff(tiffBlock(dataOf(bytes, part))))
  const continued = end === -1 ? others : others.slice(0, end)
  const whole =
    continued.length === 0
      ? dataOf(bytes, first)
      : concatBytes([first, ...continued].map((part) => dataOf(bytes, part)))
  const block = tiffBlock(whole)
  const edited = editExif(block, changes.exif, limits)
  if (edited !== block) {
    const prefix = bytes.subarray(first.offset + 4, first.dataOffset)
    const payload = concatBytes([whole.subarray(0, whole.length - block.length), edited])
    const room = maxPayload - prefix.length
    if (continued.length === 0 && payload.length > room) throw tooLong("EXIF")
    const pieces: Uint8Array[] = []
    for (let at = 0; at < payload.length; at += room)
      pieces.push(segment("EXIF", 0xe1, prefix, payload.subarray(at, at + room)))
    edits.replace(first, concatBytes(pieces))
    for (const part of continued) edits.replace(part, new Uint8Array(0))
    wrote("exif", "APP1")
  }
  for (const part of end === -1 ? [] : others.slice(end)) {
    const data = dataOf(bytes, part)
    const repeated = tiffBlock(data)
    if (!beginsTiff(repeated)) continue
    const followed = editExif(repeated, changes.exif, limits, "existing")
    if (followed === repeated) continue
    const prefix = bytes.subarray(part.offset + 4, part.dataOffset + data.length - repeated.length)
    edits.replace(part, segment("EXIF", 0xe1, prefix, followed))
    wrote("exif", "APP1")
  }
}

function planXmp(bytes: Uint8Array, parts: readonly Part[], edits: Edits, { changes, wrote }: EditContext): void {
  const packets = parts.filter(({ kind }) => kind === "xmp")
  const extended = parts.filter(({ kind }) => kind === "xmp-extended")
  // Behind the identifier: a digest of 32 digits, the whole length and this part's offset (XMP part 3, 1.1.3.1).
  const text = decodePacket(concatBytes(extended.map((part) => dataOf(bytes, part).subarray(40))))
  const properties = extended.length === 0 ? [] : (findProperties(text)?.properties ?? [])
  const meant = properties.some(({ namespace, name }) =>
    changes.xmp.some((change) => isMeant({ namespace, name }, change)),
  )
  if (meant)
    throw new MetadataError("METADATA_UNSUPPORTED", "Cannot edit jpeg: what is to change stands in extended XMP")
  for (const [i, part] of packets.entries()) {
    const data = dataOf(bytes, part)
    const edited = editXmp(data, i === 0 ? changes.xmp : changes.xmp.map((change) => ({ ...change, twin: true })))
    if (edited === undefined || edited === data) continue
    edits.replace(
      part,
      segment("XMP", 0xe1, xmpMark, edited.length <= maxPayload - xmpMark.length ? edited : withoutPadding(edited)),
    )
    wrote("xmp", "APP1")
  }
  const packet = packets.length > 0 ? undefined : editXmp(undefined, changes.xmp)
  if (packet === undefined) return
  const place =
    parts.findLast(({ kind, name }) => kind === "exif" && name === "APP1") ??
    parts.find(({ name, kind }) => name === "APP0" && kind === "structure")
  edits.replace(
    { offset: place === undefined ? 2 : place.offset + place.length, length: 0 },
    segment("XMP", 0xe1, xmpMark, packet),
  )
  wrote("xmp", "APP1")
}

/** Blanks before the end mark are for changes in place (ISO 16684-1 section 7.3.2), and nothing is lost with them. */
function withoutPadding(packet: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(packet).replace(/\s+(<\?xpacket end=[^>]*>)\s*$/u, "$1"))
}

/** The resources of all segments are one block (Photoshop splits it where it likes). */
function planPhotoshop(bytes: Uint8Array, parts: readonly Part[], edits: Edits, { changes, wrote }: EditContext): void {
  const found = parts.filter(({ kind }) => kind === "iptc")
  const [first, ...others] = found
  if (first === undefined) return
  const block = concatBytes(found.map((part) => dataOf(bytes, part)))
  const edited = editPhotoshop(block, changes.iptc)
  if (edited === block) return
  const mark = bytes.subarray(first.offset + 4, first.dataOffset)
  const pieces: Uint8Array[] = []
  const room = maxPayload - mark.length
  for (let at = 0; at < edited.length; at += room)
    pieces.push(segment("IPTC", 0xed, mark, edited.subarray(at, at + room)))
  edits.replace(first, concatBytes(pieces))
  for (const part of others) edits.replace(part, new Uint8Array(0))
  wrote("iptc", "APP13")
}

function dataOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  return bytes.subarray(dataOffset, dataOffset + dataLength)
}

function segment(name: string, marker: number, mark: Uint8Array, data: Uint8Array): Uint8Array {
  const length = mark.length + data.length + 2
  if (length > maxPayload + 2) throw tooLong(name)
  return concatBytes([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), mark, data])
}

function tooLong(name: string): MetadataError {
  return new MetadataError("METADATA_LIMIT_EXCEEDED", `Cannot edit jpeg: its ${name} would be longer than a segment`)
}
