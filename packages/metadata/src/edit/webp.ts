import { u16le, u24le, u32le, u8 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { beginsTiff, tiffBlock } from "../exif/tiff-block.ts"
import type { Edits } from "../scrub/edits.ts"
import { chunkOf } from "../scrub/webp-chunks.ts"
import { concatBytes } from "../bytes.ts"
import type { Part, Walk } from "../walk/part.ts"
import { walkWebp } from "../walk/webp.ts"
import { editExif, emptyExif } from "./edit-exif.ts"
import { editXmp } from "./edit-xmp.ts"
import type { EditContext, FormatEditor } from "./format-editor.ts"

/** WebP (RFC 9649): the chunks `EXIF` and `XMP `, and the flags of `VP8X` that announce them. */
export const webpEditor: FormatEditor = { names: ["webp"], walk: walkWebp, plan: planWebp }

/** Of VP8X (section 2.7.1). */
const flags = { alpha: 0x10, exif: 0x08, xmp: 0x04 }

function planWebp(bytes: Uint8Array, { parts }: Walk, edits: Edits, context: EditContext): void {
  if (!parts.some(({ name }) => name === "VP8" || name === "VP8L" || name === "ANMF"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot edit webp: it holds no picture")
  if (parts.some(({ kind }) => kind === "junk"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot edit webp: it is cut short")
  const exif = planExif(bytes, parts, edits, context)
  const xmp = planXmp(bytes, parts, edits, context)
  if (edits.empty) return
  planExtended(bytes, parts, exif, xmp, edits)
  const [riff] = parts
  const end = parts.find(({ kind }) => kind === "trailer")?.offset ?? bytes.length
  const header = bytes.slice(0, 12)
  new DataView(header.buffer).setUint32(4, end - 8 + edits.growth(0, end + 1), true)
  if (riff !== undefined) edits.replace(riff, header)
}

/** Returns whether the file has EXIF afterwards. */
function planExif(
  bytes: Uint8Array,
  parts: readonly Part[],
  edits: Edits,
  { changes, limits, wrote }: EditContext,
): boolean {
  const found = parts.filter(({ kind }) => kind === "exif")
  for (const [i, part] of found.entries()) {
    const data = dataOf(bytes, part)
    const block = tiffBlock(data)
    if (i > 0 && !beginsTiff(block)) continue
    const edited = editExif(block, changes.exif, limits, i === 0 ? "all" : "existing")
    if (edited === block) continue
    const prefix = data.subarray(0, data.length - block.length)
    edits.replace(part, chunkOf("EXIF", concatBytes([prefix, edited])))
    wrote("exif", "EXIF")
  }
  if (found.length > 0) return true
  const block = editExif(emptyExif(), changes.exif, limits)
  if (block.length <= emptyExif().length) return false
  append(bytes, parts, "EXIF", block, edits)
  wrote("exif", "EXIF")
  return true
}

function planXmp(bytes: Uint8Array, parts: readonly Part[], edits: Edits, { changes, wrote }: EditContext): boolean {
  const found = parts.filter(({ kind }) => kind === "xmp")
  for (const [i, part] of found.entries()) {
    const data = dataOf(bytes, part)
    const edited = editXmp(data, i === 0 ? changes.xmp : changes.xmp.map((change) => ({ ...change, twin: true })))
    if (edited === undefined || edited === data) continue
    edits.replace(part, chunkOf("XMP ", edited))
    wrote("xmp", "XMP")
  }
  if (found.length > 0) return true
  const packet = editXmp(undefined, changes.xmp)
  if (packet === undefined) return false
  append(bytes, parts, "XMP ", packet, edits)
  wrote("xmp", "XMP")
  return true
}

/** Section 2.7: after the picture, EXIF before XMP. */
function append(bytes: Uint8Array, parts: readonly Part[], name: string, data: Uint8Array, edits: Edits): void {
  const picture = ["VP8", "VP8L", "ALPH", "ANMF", ...(name === "EXIF" ? [] : ["EXIF"])]
  const last = parts.findLast((part) => picture.includes(part.name))
  const end = last === undefined ? bytes.length : last.offset + last.length
  // Some writers leave the padding out at the very end.
  const padding = new Uint8Array(last === undefined ? 0 : last.length & 1)
  edits.replace({ offset: end, length: 0 }, concatBytes([padding, chunkOf(name, data)]))
}

function planExtended(bytes: Uint8Array, parts: readonly Part[], exif: boolean, xmp: boolean, edits: Edits): void {
  const flag = (exif ? flags.exif : 0) | (xmp ? flags.xmp : 0)
  const extended = parts.find(({ name }) => name === "VP8X")
  if (extended !== undefined) {
    const byte = { offset: extended.dataOffset, length: 1 }
    edits.replace(byte, Uint8Array.of(u8(bytes, byte.offset) | flag))
    return
  }
  const image = parts.find(({ name }) => name === "VP8" || name === "VP8L")
  if (image === undefined) throw new MetadataError("METADATA_MALFORMED", "Cannot edit webp: its frames have no header")
  const { width, height, alpha } = sizeOf(bytes, image)
  const header = new Uint8Array(10)
  const view = new DataView(header.buffer)
  header[0] = flag | (alpha ? flags.alpha : 0)
  // Both less one, of 24 bits; the byte above the height is beyond the header.
  view.setUint32(4, width - 1, true)
  view.setUint16(7, (height - 1) & 0xffff, true)
  header[9] = (height - 1) >> 16
  const first = parts.find(({ name }) => name !== "RIFF")
  edits.replace({ offset: first?.offset ?? 12, length: 0 }, chunkOf("VP8X", header))
}

/** RFC 6386 section 9.1 (`VP8`) and RFC 9649 section 3.4 (`VP8L`). */
function sizeOf(bytes: Uint8Array, { name, dataOffset }: Part): { width: number; height: number; alpha: boolean } {
  if (name === "VP8" && u24le(bytes, dataOffset + 3) === 0x2a019d)
    return { width: u16le(bytes, dataOffset + 6) & 0x3fff, height: u16le(bytes, dataOffset + 8) & 0x3fff, alpha: false }
  if (name === "VP8L" && u8(bytes, dataOffset) === 0x2f) {
    const bits = u32le(bytes, dataOffset + 1)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: ((bits >>> 28) & 1) === 1 }
  }
  throw new MetadataError("METADATA_MALFORMED", "Cannot edit webp: its picture has no header")
}

function dataOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  return bytes.subarray(dataOffset, dataOffset + dataLength)
}
