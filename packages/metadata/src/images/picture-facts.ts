import { startsWith, u16, u16le, u24le, u32, u32le, u8 } from "../bytes.ts"
import { detectFormat } from "../detect-format.ts"
import { MetadataError } from "../errors.ts"
import { defaultLimits } from "../limits.ts"
import { inflate } from "../png/inflate.ts"
import { walkDirectories } from "../walk/directories.ts"
import { walkJpeg } from "../walk/jpeg.ts"
import type { Part, Walk } from "../walk/part.ts"
import { walkPng } from "../walk/png.ts"
import { walkWebp } from "../walk/webp.ts"
import { isWideGamut } from "./wide-gamut.ts"

/** What must be known of a picture before it is decoded, from a walk over its headers. */
export interface PictureFacts {
  readonly format: "jpeg" | "png" | "webp"
  /** Pixels as stored, before turning. */
  readonly width: number
  readonly height: number
  /** Exif orientation, 1 to 8; 1 when the picture does not say. */
  readonly orientation: number
  /** Its colours reach beyond sRGB. */
  readonly wideColour: boolean
  readonly walk: Walk
}

const walkers = { jpeg: walkJpeg, png: walkPng, webp: walkWebp }

/**
 * Reads the facts of a JPEG, PNG or WebP.
 * @param maxPixels - Width by height at most.
 * @throws MetadataError `METADATA_UNKNOWN_FORMAT`, `METADATA_UNSUPPORTED` for other formats, `METADATA_MALFORMED` without a
 * size, `METADATA_LIMIT_EXCEEDED` for more pixels: before anything is decoded.
 */
export async function readPictureFacts(
  bytes: Uint8Array,
  maxPixels: number,
  signal?: AbortSignal,
): Promise<PictureFacts> {
  const format = detectFormat(bytes)
  if (format === undefined)
    throw new MetadataError("METADATA_UNKNOWN_FORMAT", "Cannot decode picture: of no format known here")
  if (format !== "jpeg" && format !== "png" && format !== "webp")
    throw new MetadataError("METADATA_UNSUPPORTED", `Cannot decode picture: ${format} is not supported`)
  const walk = walkers[format](bytes, defaultLimits)
  const sizes = sizesIn[format](bytes, walk.parts)
  const [size] = sizes
  if (!size || sizes.some(({ width, height }) => width === 0 || height === 0))
    throw new MetadataError("METADATA_MALFORMED", "Cannot decode picture: it has no size")
  // A frame that is larger than the canvas says is decoded at its own size: the largest counts.
  if (sizes.some(({ width, height }) => width * height > maxPixels))
    throw new MetadataError("METADATA_LIMIT_EXCEEDED", `Cannot decode picture: more than ${maxPixels} pixels`)
  return {
    format,
    ...size,
    orientation: orientationIn(bytes, walk.parts),
    wideColour: await hasWideColour(bytes, format, walk.parts, signal),
    walk,
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

type SizesOf = (bytes: Uint8Array, parts: readonly Part[]) => readonly Size[]

/** Every size that a decoder may go by; the first is that of the picture. */
const sizesIn: Readonly<Record<PictureFacts["format"], SizesOf>> = {
  // T.81 B.2.2: precision, then lines, then samples of a line.
  jpeg: (bytes, parts) =>
    parts
      .filter(({ name }) => name.startsWith("SOF"))
      .map(({ dataOffset }) => ({ width: u16(bytes, dataOffset + 3), height: u16(bytes, dataOffset + 1) })),
  png: (bytes, parts) =>
    parts
      .filter(({ name }) => name === "IHDR")
      .map(({ dataOffset }) => ({ width: u32(bytes, dataOffset), height: u32(bytes, dataOffset + 4) })),
  webp: (bytes, parts) => parts.flatMap((part) => webpSizes(bytes, part)),
}

/** RFC 9649 sections 2.7 (VP8X, ANMF), 3.4 (VP8L) and RFC 6386 section 9.1 (VP8). */
function webpSizes(bytes: Uint8Array, { name, dataOffset: at }: Part): readonly Size[] {
  if (name === "VP8X") return [{ width: u24le(bytes, at + 4) + 1, height: u24le(bytes, at + 7) + 1 }]
  if (name === "ANMF") return [{ width: u24le(bytes, at + 6) + 1, height: u24le(bytes, at + 9) + 1 }]
  if (name === "VP8") return [{ width: u16le(bytes, at + 6) & 0x3fff, height: u16le(bytes, at + 8) & 0x3fff }]
  if (name !== "VP8L" || u8(bytes, at) !== 0x2f) return []
  const bits = u32le(bytes, at + 1)
  return [{ width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }]
}

/** Of the first EXIF block that says (the decoders' rule too); what is none of 1 to 8 counts as 1. */
function orientationIn(bytes: Uint8Array, parts: readonly Part[]): number {
  const part = parts.find(({ kind }) => kind === "exif")
  if (!part) return 1
  // WebP writers put JPEG's identifier before the block.
  const from = startsWith(bytes, part.dataOffset, "Exif\0\0") ? part.dataOffset + 6 : part.dataOffset
  const block = bytes.subarray(from, part.dataOffset + part.dataLength)
  const walked = walkDirectories(block, defaultLimits)
  const entry = walked?.directories.find(({ name }) => name === "image")?.entries.find(({ tag }) => tag === 0x0112)
  if (!walked || entry?.type !== 3) return 1
  const value = (walked.littleEndian ? u16le : u16)(block, entry.valueOffset)
  return value >= 1 && value <= 8 ? value : 1
}

async function hasWideColour(
  bytes: Uint8Array,
  format: PictureFacts["format"],
  parts: readonly Part[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const cicp = parts.find(({ name }) => name === "cICP")
  // ITU-T H.273: 9 is BT.2020, 11 and 12 are P3.
  if (cicp) return [9, 11, 12].includes(u8(bytes, cicp.dataOffset))
  const pieces = parts.filter(({ kind }) => kind === "icc").map((part) => dataOf(bytes, part))
  const [first] = pieces
  if (!first) return false
  // A JPEG's profile comes in numbered segments; its colours stand in the first, as every profile in use has it.
  if (format === "jpeg") return isWideGamut((pieces.find((piece) => piece[0] === 1) ?? first).subarray(2))
  if (format === "webp") return isWideGamut(first)
  // W3C PNG 11.3.2.3: a name, NUL, a method, then zlib data.
  const start = first.indexOf(0) + 2
  const budget = { bytes: defaultLimits.maxInflatedBytes, maxPerPart: defaultLimits.maxInflatedBytes }
  return isWideGamut((await inflate(first.subarray(start), budget, signal)).bytes)
}

function dataOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  return bytes.subarray(dataOffset, dataOffset + dataLength)
}
