import { latin1, u16le, utf8OrLatin1, u8 } from "../../bytes.ts"
import { joinBlocks, walkGif } from "../../walk/gif.ts"
import type { Part, Walk } from "../../walk/part.ts"
import { emptyBlocks, type Blocks } from "../blocks.ts"
import type { FormatReader } from "../format-reader.ts"

/** GIF87a and GIF89a. */
export const gifReader: FormatReader = {
  names: ["gif"],
  walk: walkGif,
  read: readGif,
  // Extensions may stand anywhere; the size of the screen is in the header.
  enough: (_bytes, _walk, { wants }) => !wants("hidden") && !wants("xmp") && !wants("icc") && !wants("text"),
}

function readGif(bytes: Uint8Array, walk: Walk): Blocks {
  const blocks = emptyBlocks(walk.issues)
  const { hidden } = blocks
  if (bytes.length >= 10) {
    blocks.width = u16le(bytes, 6)
    blocks.height = u16le(bytes, 8)
  }
  let frames = 0
  let plays: number | undefined
  for (const part of walk.parts) {
    const data = (): Uint8Array => joinBlocks(bytes, part.dataOffset, part.dataOffset + part.dataLength)
    if (part.name === "image") frames += part.count
    else if (part.kind === "animation" && part.name !== "graphic control") plays = playsOf(data()) ?? plays
    else if (part.kind === "comment") blocks.comments.push(utf8OrLatin1(data()).replace(/\0+$/u, ""))
    else if (part.kind === "xmp") blocks.xmp.push(packetOf(bytes, part))
    else if (part.kind === "icc") blocks.icc ??= data()
    else if (part.kind === "c2pa") hidden.c2pa = true
    else if (part.kind === "trailer") hidden.trailerBytes = part.length
    else if (part.kind === "application" || part.kind === "unknown")
      hidden.applicationBlocks = (hidden.applicationBlocks ?? 0) + 1
  }
  if (frames > 1 || plays !== undefined) blocks.animation = { ...(walk.complete ? { frames } : {}), plays: plays ?? 1 }
  return blocks
}

/** Netscape's block: 1, then how often it repeats; 0 is for ever. */
function playsOf(block: Uint8Array): number | undefined {
  if (u8(block, 0) !== 1 || block.length < 3) return undefined
  return u16le(block, 1)
}

/** XMP specification part 3, 1.1.2: the packet stands as it is, and 258 bytes that look like blocks end it. */
function packetOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  const end = dataOffset + dataLength
  const magic = end - 258
  if (magic > dataOffset && u8(bytes, magic) === 1 && u8(bytes, magic + 1) === 0xff)
    return bytes.subarray(dataOffset, magic)
  // Some writers split the packet into blocks as if it were data.
  return latin1(bytes, dataOffset, 1) === "<" ? bytes.subarray(dataOffset, end) : joinBlocks(bytes, dataOffset, end)
}
