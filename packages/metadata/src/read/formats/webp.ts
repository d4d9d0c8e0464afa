import { startsWith, u16le, u24le, u32le, u8 } from "../../bytes.ts"
import { tiffBlock } from "../../exif/tiff-block.ts"
import type { Part, Walk } from "../../walk/part.ts"
import { walkWebp } from "../../walk/webp.ts"
import { emptyBlocks, type Blocks } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"

/** WebP (RFC 9649). Its flags are not believed: what is there is read. */
export const webpReader: FormatReader = {
  names: ["webp"],
  walk: walkWebp,
  read: readWebp,
  // EXIF and XMP stand after the picture; the profile before it (section 2.7).
  enough: (_bytes, walk, { wants }) =>
    !wants("hidden") &&
    !wants("exif") &&
    !wants("xmp") &&
    walk.parts.some(({ name }) => /^(?:VP8L?|ANMF|cut)$/u.test(name)),
}

function readWebp(bytes: Uint8Array, walk: Walk): Blocks {
  const blocks = emptyBlocks(walk.issues)
  let frames = 0
  for (const part of walk.parts) {
    const data = payload(bytes, part)
    if (part.name === "VP8X" && data.length >= 10) {
      blocks.width = u24le(data, 4) + 1
      blocks.height = u24le(data, 7) + 1
    } else if (part.name === "VP8" || part.name === "VP8L") readBitstream(data, part.name, blocks)
    else if (part.name === "cut" && blocks.width === undefined) readCut(bytes, part, blocks)
    else if (part.name === "ANIM" && data.length >= 6) blocks.animation = { plays: u16le(data, 4) }
    else if (part.name === "ANMF") frames += part.count
    else if (part.kind === "icc") blocks.icc ??= data
    else if (part.kind === "exif") {
      if (blocks.exif !== undefined) blocks.issues.push({ code: "conflict", where: "exif" })
      blocks.exif ??= tiffBlock(data)
    } else if (part.kind === "xmp") {
      if (blocks.xmp.length > 0) blocks.issues.push({ code: "conflict", where: "xmp" })
      else blocks.xmp.push(data)
    } else if (part.kind === "c2pa") blocks.hidden.c2pa = true
    else if (part.kind === "trailer") blocks.hidden.trailerBytes = part.length
    else if (part.kind === "unknown") blocks.hidden.applicationBlocks = (blocks.hidden.applicationBlocks ?? 0) + 1
  }
  if (blocks.animation !== undefined && walk.complete) blocks.animation = { ...blocks.animation, frames }
  return blocks
}

/** RFC 6386 section 9.1 (`VP8`) and RFC 9649 section 3.4 (`VP8L`). */
function readBitstream(data: Uint8Array, name: string, blocks: Blocks): void {
  if (name === "VP8" && u24le(data, 3) === 0x2a019d) {
    blocks.width ??= u16le(data, 6) & 0x3fff
    blocks.height ??= u16le(data, 8) & 0x3fff
  } else if (name === "VP8L" && u8(data, 0) === 0x2f) {
    const bits = u32le(data, 1)
    blocks.width ??= (bits & 0x3fff) + 1
    blocks.height ??= ((bits >>> 14) & 0x3fff) + 1
  }
}

/** The header of a picture that is cut stands all the same. */
function readCut(bytes: Uint8Array, { offset, length }: Part, blocks: Blocks): void {
  const name = startsWith(bytes, offset, "VP8L") ? "VP8L" : startsWith(bytes, offset, "VP8 ") ? "VP8" : undefined
  if (name !== undefined) readBitstream(bytes.subarray(offset + 8, offset + length), name, blocks)
}
