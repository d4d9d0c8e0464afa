import { concatBytes, latin1, startsWith, u16, u32, u8, utf8OrLatin1 } from "../../bytes.ts"
import { beginsTiff, tiffBlock } from "../../exif/tiff-block.ts"
import type { Limits } from "../../limits.ts"
import { walkDirectories } from "../../walk/directories.ts"
import { walkJpeg } from "../../walk/jpeg.ts"
import type { Part, Walk } from "../../walk/part.ts"
import { emptyBlocks, type Blocks, type ReadContext } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"

/** JPEG (ITU-T T.81), with what EXIF, Adobe, ICC and CIPA put into its application segments. */
export const jpegReader: FormatReader = {
  names: ["jpeg"],
  walk(bytes, limits, wants) {
    if (wants === undefined || wants("hidden")) return walkJpeg(bytes, limits)
    const head = walkJpeg(bytes, limits, undefined, { untilScan: true })
    const frame = head.parts.find(isFrame)
    return frame !== undefined && u16(bytes, frame.dataOffset + 1) === 0 ? walkJpeg(bytes, limits) : head
  },
  read: readJpeg,
  // Metadata stands before the picture; only strays stand between scans, and those count as hidden.
  enough: (_bytes, walk, { wants }) => !wants("hidden") && walk.parts.some(({ name }) => name === "SOS"),
}

function readJpeg(bytes: Uint8Array, walk: Walk, { limits, wants }: ReadContext): Blocks {
  const blocks = emptyBlocks(walk.issues)
  const exif: Uint8Array[] = []
  const extended: Uint8Array[] = []
  const resources: Uint8Array[] = []
  const profile: Uint8Array[] = []
  let frame: Part | undefined
  let lines: Part | undefined
  for (const part of walk.parts) {
    switch (part.kind) {
      case "structure":
        if (frame === undefined && isFrame(part)) frame = part
        else if (lines === undefined && part.name === "DNL") lines = part
        break
      case "exif":
        exif.push(payload(bytes, part))
        break
      case "xmp":
        blocks.xmp.push(payload(bytes, part))
        break
      case "xmp-extended":
        extended.push(payload(bytes, part))
        break
      case "iptc":
        resources.push(payload(bytes, part))
        break
      case "icc":
        profile.push(payload(bytes, part))
        break
      case "comment":
        blocks.comments.push(utf8OrLatin1(payload(bytes, part)).replace(/\0+$/u, ""))
        break
      default:
        if (wants("hidden")) readHidden(bytes, part, blocks, limits)
    }
  }
  readFrame(bytes, frame, lines, blocks)
  readExif(exif, blocks)
  if (blocks.xmp.length > 1) {
    blocks.issues.push({ code: "conflict", where: "xmp" })
    blocks.xmp.length = 1
  }
  if (extended.length > 0 && wants("xmp")) blocks.xmp.push(joinExtended(extended, limits.maxXmpBytes))
  if (resources.length > 0) blocks.iptc = joined(resources)
  if (profile.length > 0) blocks.icc = joinProfile(profile)
  return blocks
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : concatBytes(pieces)
}

function isFrame({ kind, name }: Part): boolean {
  return kind === "structure" && name.startsWith("SOF")
}

/** B.2.2: precision, lines, samples per line. Zero lines are counted by a DNL segment after the first scan (B.2.5). */
function readFrame(bytes: Uint8Array, frame: Part | undefined, counted: Part | undefined, blocks: Blocks): void {
  if (frame === undefined || frame.dataLength < 6) return
  const lines = u16(bytes, frame.dataOffset + 1)
  blocks.bitDepth = u8(bytes, frame.dataOffset)
  blocks.height = lines === 0 && counted !== undefined ? u16(bytes, counted.dataOffset) : lines
  blocks.width = u16(bytes, frame.dataOffset + 3)
}

/** The first EXIF block, with the segments that continue it where it was too long for one. */
function readExif(found: readonly Uint8Array[], blocks: Blocks): void {
  const [first, ...others] = found
  if (first === undefined) return
  const end = others.findIndex((other) => beginsTiff(tiffBlock(other)))
  const continued = end === -1 ? others : others.slice(0, end)
  if (end !== -1) blocks.issues.push({ code: "conflict", where: "exif" })
  blocks.exif = tiffBlock(joined([first, ...continued]))
}

/** XMP specification part 3, 1.1.3.1: a digest of 32 characters, the length of the whole, the offset of this piece. */
function joinExtended(pieces: readonly Uint8Array[], maxBytes: number): Uint8Array {
  const first = pieces[0] as Uint8Array
  const digest = latin1(first, 0, 32)
  const given = pieces.reduce((sum, piece) => sum + Math.max(0, piece.length - 40), 0)
  const whole = new Uint8Array(Math.min(u32(first, 32), given, maxBytes))
  for (const piece of pieces) {
    const offset = u32(piece, 36)
    if (latin1(piece, 0, 32) !== digest || offset >= whole.length) continue
    whole.set(piece.subarray(40, 40 + whole.length - offset), offset)
  }
  return whole
}

/** ICC.1 annex B.4: each piece says which it is, from 1, and of how many. Pieces may come in any order. */
function joinProfile(pieces: readonly Uint8Array[]): Uint8Array {
  const numbered: Uint8Array[] = []
  for (const piece of pieces) numbered[u8(piece, 0)] ??= piece.subarray(2)
  return joined(numbered.filter((piece) => piece !== undefined))
}

function readHidden(bytes: Uint8Array, part: Part, blocks: Blocks, limits: Limits): void {
  const { hidden } = blocks
  if (part.kind === "trailer") readTrailer(bytes, part, blocks)
  else if (part.kind === "c2pa" && latin1(bytes, part.dataOffset, 64).includes("c2pa")) hidden.c2pa = true
  else if (part.kind === "application") hidden.applicationBlocks = (hidden.applicationBlocks ?? 0) + 1
  else if (part.kind === "multi-picture") {
    const count = countPictures(payload(bytes, part), limits)
    if (count > 1) hidden.otherPictures = count - 1
  }
}

/** A clip after the picture begins with `ftyp`, at once or after Samsung's `MotionPhoto_Data`. */
function readTrailer(bytes: Uint8Array, { offset, length }: Part, { hidden }: Blocks): void {
  hidden.trailerBytes = length
  for (let at = bytes.indexOf(0x66, offset + 4); at !== -1; at = bytes.indexOf(0x66, at + 1)) {
    const size = u32(bytes, at - 4)
    if (!startsWith(bytes, at, "ftyp") || size < 12 || size > 1024) continue
    hidden.motionPhoto = { bytes: bytes.length - at + 4 }
    return
  }
}

/** CIPA DC-007 section 5.2.3.2: tag B001 of the index counts the pictures. */
function countPictures(index: Uint8Array, limits: Limits): number {
  const found = walkDirectories(index, limits)
  const entry = found?.directories[0]?.entries.find(({ tag }) => tag === 0xb001)
  if (found === undefined || entry === undefined || entry.valueLength !== 4) return 0
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength)
  return Math.min(view.getUint32(entry.valueOffset, found.littleEndian), 0xffff)
}
