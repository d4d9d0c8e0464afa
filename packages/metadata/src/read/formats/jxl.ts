import { u32 } from "../../bytes.ts"
import { tiffBlock } from "../../exif/tiff-block.ts"
import { readJxlHeader } from "../../jxl/read-header.ts"
import { walkJxl } from "../../walk/jxl.ts"
import type { Walk } from "../../walk/part.ts"
import { emptyBlocks, type Blocks } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"

/** JPEG XL (ISO/IEC 18181-2), bare or in boxes. */
export const jxlReader: FormatReader = {
  names: ["jxl"],
  walk: walkJxl,
  read: readJxl,
  enough: (_bytes, walk, { wants }) =>
    !wants("hidden") && !wants("exif") && !wants("xmp") && walk.parts.some(({ kind }) => kind === "image"),
}

function readJxl(bytes: Uint8Array, walk: Walk): Blocks {
  const blocks = emptyBlocks(walk.issues)
  for (const part of walk.parts) {
    const data = payload(bytes, part)
    if (part.kind === "image") readCodestream(part.name === "jxlp" ? data.subarray(4) : data, blocks)
    else if (part.kind === "exif") {
      if (blocks.exif !== undefined) blocks.issues.push({ code: "conflict", where: "exif" })
      // 18181-2 section 9.4: the offset of the TIFF header comes first.
      blocks.exif ??= tiffBlock(data.subarray(Math.min(4 + u32(data, 0), data.length)))
    } else if (part.kind === "xmp") blocks.xmp.push(data)
    else if (part.kind === "c2pa") blocks.hidden.c2pa = true
    else if (part.name === "brob") blocks.issues.push({ code: "unsupported", where: "brob" })
    else if (part.name === "jhgm") blocks.hidden.gainMap = true
    else if (part.kind === "unknown" || part.kind === "application")
      blocks.hidden.applicationBlocks = (blocks.hidden.applicationBlocks ?? 0) + 1
  }
  return blocks
}

function readCodestream(data: Uint8Array, blocks: Blocks): void {
  if (blocks.width !== undefined) return
  const header = readJxlHeader(data)
  if (header === undefined) return
  blocks.width = header.width
  blocks.height = header.height
  blocks.orientation = header.orientation
}
