import { latin1, u32, u8 } from "../../bytes.ts"
import { tiffBlock } from "../../exif/tiff-block.ts"
import { walkHeif } from "../../walk/heif.ts"
import { itemBytes, readItems, type Item, type Items } from "../../walk/items.ts"
import type { Walk } from "../../walk/part.ts"
import { emptyBlocks, type Blocks, type ReadContext } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"
import { readTracks } from "./tracks.ts"
import { turned } from "./turned.ts"

/** HEIC, HEIF and AVIF (ISO/IEC 23008-12, AV1 Image File Format). */
export const heifReader: FormatReader = {
  names: ["heic", "avif"],
  walk: walkHeif,
  read: readHeif,
  enough: (bytes, walk, { limits, wants }) => {
    if (wants("hidden") || !walk.parts.some(({ name }) => name.startsWith("meta/iprp/"))) return false
    const wanted = [...readItems(bytes, walk.parts, limits).items.values()].filter(
      (item) => (isExif(item) && wants("exif")) || (isXmp(item) && wants("xmp")),
    )
    return wanted.every(({ lost }) => !lost)
  },
}

const isExif = ({ type }: Item): boolean => type === "Exif"
const isXmp = ({ type, contentType }: Item): boolean => type === "mime" && contentType === "application/rdf+xml"

function readHeif(bytes: Uint8Array, walk: Walk, { limits }: ReadContext): Blocks {
  const blocks = emptyBlocks(walk.issues)
  const found = readItems(bytes, walk.parts, limits)
  const items = [...found.items.values()]
  const exif = bytesOf(bytes, items, isExif, limits.maxInflatedBytesPerFile, "exif", blocks)
  // 23008-12 annex A.2.1: the offset of the TIFF header comes first.
  if (exif !== undefined) blocks.exif = tiffBlock(exif.subarray(Math.min(4 + u32(exif, 0), exif.length)))
  if (exif !== undefined && blocks.exif?.length === 0) blocks.exif = tiffBlock(exif.subarray(4))
  const xmp = bytesOf(bytes, items, isXmp, limits.maxXmpBytes, "xmp", blocks)
  if (xmp !== undefined) blocks.xmp.push(xmp)
  readProperties(bytes, found, blocks)
  readHidden(walk, found, blocks)
  readTracks(bytes, walk.parts, blocks)
  return blocks
}

function bytesOf(
  bytes: Uint8Array,
  items: readonly Item[],
  wanted: (item: Item) => boolean,
  maxBytes: number,
  where: string,
  blocks: Blocks,
): Uint8Array | undefined {
  const item = items.find(wanted)
  if (item === undefined) return undefined
  const content = itemBytes(bytes, item, maxBytes)
  if (content === undefined) blocks.issues.push({ code: item.lost ? "truncated" : "too-large", where })
  return content
}

/** Properties of the primary item (23008-12 section 6.5), in the order in which they apply. */
function readProperties(bytes: Uint8Array, { primary, associations, properties }: Items, blocks: Blocks): void {
  const of = associations.get(primary ?? -1) ?? associations.values().next().value ?? []
  let orientation = 1
  for (const index of of) {
    const part = properties[index - 1]
    if (part === undefined) continue
    const data = payload(bytes, part)
    const name = part.name.slice(-4)
    if (name === "ispe" && data.length >= 12) {
      blocks.width ??= u32(data, 4)
      blocks.height ??= u32(data, 8)
    } else if (name === "pixi" && data.length >= 6) blocks.bitDepth ??= u8(data, 5)
    else if (name === "irot" || name === "imir") orientation = turned(orientation, name, u8(data, 0))
    else if (name === "colr") readColour(data, blocks)
  }
  blocks.orientation = orientation
}

/** 14496-12 section 12.1.5. */
function readColour(data: Uint8Array, blocks: Blocks): void {
  const type = latin1(data, 0, 4)
  if (type === "prof" || type === "rICC") blocks.icc ??= data.subarray(4)
}

function readHidden({ parts }: Walk, { items, references }: Items, { hidden }: Blocks): void {
  const thumbnails = new Set(references.filter(({ type }) => type === "thmb").map(({ from }) => from))
  let bytes = 0
  for (const id of thumbnails) for (const extent of items.get(id)?.extents ?? []) bytes += extent.length
  if (bytes > 0) hidden.thumbnailBytes = bytes
  if ([...items.values()].some(({ type }) => type === "tmap")) hidden.gainMap = true
  if (parts.some(({ kind }) => kind === "c2pa")) hidden.c2pa = true
  const motion = parts.find(({ name }) => name === "mpvd")
  if (motion !== undefined) hidden.motionPhoto = { bytes: motion.dataLength }
  const blocks = parts.filter(({ kind, name }) => kind === "application" || (kind === "unknown" && !name.includes("/")))
  if (blocks.length > 0) hidden.applicationBlocks = blocks.length
}
