import type { Limits } from "../../limits.ts"
import { walkDirectories, type Directories, type Directory } from "../../walk/directories.ts"
import type { Walk } from "../../walk/part.ts"
import { walkTiff } from "../../walk/tiff.ts"
import { emptyBlocks, type Blocks } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"

/** TIFF 6.0 and BigTIFF, also DNG and raw files that are TIFF underneath. The file is its own EXIF block. */
export const tiffReader: FormatReader = {
  names: ["tiff"],
  walk: walkTiff,
  read: readTiff,
  // Directories and values lie anywhere.
  enough: () => false,
}

function readTiff(bytes: Uint8Array, walk: Walk, { limits }: { readonly limits: Limits }): Blocks {
  const blocks = emptyBlocks(walk.issues)
  const found = walkDirectories(bytes, limits)
  blocks.exif = bytes
  for (const part of walk.parts) {
    if (part.kind === "xmp") blocks.xmp.push(payload(bytes, part))
    else if (part.kind === "icc") blocks.icc ??= payload(bytes, part)
    // A bare record is newer than its copy in Photoshop's resources where both are there.
    else if (part.name === "IPTC" || (part.name === "Photoshop" && blocks.iptc === undefined))
      blocks.iptc = payload(bytes, part)
  }
  const main = found?.directories[0]
  if (found === undefined || main === undefined) return blocks
  const read = reader(bytes, found)
  const reduced = ((read(main, 0xfe) ?? 0) & 1) === 1
  // DNG puts a preview into the first directory and the picture into a sub-directory.
  const full = found.directories.find((directory) => directory.name === "sub" && read(directory, 0xfe) === 0)
  const picture = reduced && full !== undefined ? full : main
  blocks.width = read(picture, 0x100)
  blocks.height = read(picture, 0x101)
  blocks.bitDepth = read(picture, 0x102)
  const pages = found.directories.filter(({ name }) => name === "thumbnail").length
  if (pages > 0) blocks.hidden.otherPictures = pages
  return blocks
}

/** The first number of an entry, whatever its width: BigTIFF's too. */
function reader(
  bytes: Uint8Array,
  { littleEndian }: Directories,
): (from: Directory, tag: number) => number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return ({ entries }, wanted) => {
    const entry = entries.find(({ tag }) => tag === wanted)
    if (entry === undefined || entry.count === 0) return undefined
    const at = entry.valueOffset
    if (entry.type === 1) return view.getUint8(at)
    if (entry.type === 3 || entry.type === 8) return view.getUint16(at, littleEndian)
    if (entry.type === 4 || entry.type === 9) return view.getUint32(at, littleEndian)
    if (entry.type === 16) return Number(view.getBigUint64(at, littleEndian))
    return undefined
  }
}
