import { latin1, startsWith, u16, u32, u8 } from "../../bytes.ts"
import { tiffBlock } from "../../exif/tiff-block.ts"
import { inflate, type InflateBudget } from "../../png/inflate.ts"
import { decodePngText, decodeRawProfile, readPngText, type PngTextBytes } from "../../png/read-text.ts"
import type { Part, Walk } from "../../walk/part.ts"
import { walkPng } from "../../walk/png.ts"
import { emptyBlocks, type Blocks, type ReadContext } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"
import type { PngFacts } from "../image-metadata.ts"

/** PNG and APNG (W3C PNG, third edition). */
export const pngReader: FormatReader = {
  names: ["png"],
  walk: walkPng,
  read: readPng,
  // EXIF and text may stand after the picture; the profile may not (5.6).
  enough: (_bytes, walk, { wants }) =>
    !wants("hidden") &&
    !wants("exif") &&
    !wants("xmp") &&
    !wants("iptc") &&
    !wants("text") &&
    walk.parts.some(({ name }) => name === "IDAT"),
}

async function readPng(bytes: Uint8Array, walk: Walk, context: ReadContext): Promise<Blocks> {
  const blocks = emptyBlocks(walk.issues)
  const { limits, wants, signal } = context
  const profiles: Profiles = {}
  const budget: InflateBudget = { bytes: limits.maxInflatedBytesPerFile, maxPerPart: limits.maxInflatedBytes }
  readFacts(bytes, walk.parts, blocks)
  for (const part of walk.parts) {
    if (part.name === "eXIf") {
      if (blocks.exif !== undefined) blocks.issues.push({ code: "conflict", where: "exif" })
      blocks.exif ??= tiffBlock(payload(bytes, part).subarray(0, dataLength(part)))
    } else if (part.kind === "text" && (wants("text") || wants("xmp") || wants("exif") || wants("iptc"))) {
      const text = await readPngText(part.name, chunkData(bytes, part), budget, signal)
      if (text === undefined) blocks.issues.push({ code: "bad-structure", where: part.name })
      else takeText(text, part.name, blocks, profiles)
    } else if (part.kind === "icc" && wants("icc") && blocks.icc === undefined)
      await readProfile(chunkData(bytes, part), blocks, budget, signal)
  }
  // What chunks say in their own form goes before what was hidden in text.
  blocks.exif ??= profiles.exif
  blocks.icc ??= profiles.icc
  if (blocks.xmp.length === 0 && profiles.xmp !== undefined) blocks.xmp.push(profiles.xmp)
  const trailer = walk.parts.find(({ kind }) => kind === "trailer")
  if (trailer !== undefined) blocks.hidden.trailerBytes = trailer.length
  if (walk.parts.some(({ kind }) => kind === "c2pa")) blocks.hidden.c2pa = true
  const unknown = walk.parts.filter(({ kind }) => kind === "unknown").length
  if (unknown > 0) blocks.hidden.applicationBlocks = unknown
  return blocks
}

/** Without the CRC that ends a chunk. Chunks beyond the limit stand for many; only the first of them is read. */
function dataLength(part: Part): number {
  return Math.max(0, part.dataLength - 4)
}

function chunkData(bytes: Uint8Array, part: Part): Uint8Array {
  const length = part.count > 1 ? u32(bytes, part.offset) : dataLength(part)
  return bytes.subarray(part.dataOffset, part.dataOffset + length)
}

/** Blocks that ImageMagick writes as hexadecimal text. */
interface Profiles {
  exif?: Uint8Array
  icc?: Uint8Array
  xmp?: Uint8Array
}

function takeText(text: PngTextBytes, name: string, blocks: Blocks, profiles: Profiles): void {
  if (!text.whole) blocks.issues.push({ code: "too-large", where: name })
  if (text.keyword === "XML:com.adobe.xmp") {
    if (blocks.xmp.length > 0) blocks.issues.push({ code: "conflict", where: "xmp" })
    else blocks.xmp.push(text.bytes)
    return
  }
  const raw = /^Raw profile type (exif|APP1|iptc|8bim|xmp|icc|icm)$/u.exec(text.keyword)?.[1]
  const profile = raw === undefined ? undefined : decodeRawProfile(text.bytes)
  if (raw === undefined || profile === undefined) {
    ;(blocks.text ??= []).push(decodePngText(text))
    return
  }
  if (raw === "iptc" || raw === "8bim") blocks.iptc ??= profile
  else if (raw === "icc" || raw === "icm") profiles.icc ??= profile
  else if (raw === "xmp") profiles.xmp ??= profile
  else if (startsWith(profile, 0, "http://ns.adobe.com/xap/1.0/\0")) profiles.xmp ??= profile.subarray(29)
  else profiles.exif ??= tiffBlock(profile)
}

/** 11.3.2.3: a free name, the method, the profile deflated. */
async function readProfile(
  data: Uint8Array,
  blocks: Blocks,
  budget: InflateBudget,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = data.subarray(0, 80).indexOf(0)
  if (end === -1) {
    blocks.issues.push({ code: "bad-structure", where: "iCCP" })
    return
  }
  if (blocks.png !== undefined) blocks.png = { ...blocks.png, profileName: latin1(data, 0, end) }
  const { bytes, whole } = await inflate(data.subarray(end + 2), budget, signal)
  if (!whole) blocks.issues.push({ code: "too-large", where: "iCCP" })
  blocks.icc = bytes
}

/** The header (11.2.1), and chunks of fixed size. */
function readFacts(bytes: Uint8Array, parts: readonly Part[], blocks: Blocks): void {
  const first = (name: string, length: number): number | undefined => {
    const part = parts.find((found) => found.name === name)
    return part !== undefined && dataLength(part) >= length ? part.dataOffset : undefined
  }
  const header = first("IHDR", 13)
  if (header !== undefined) {
    blocks.width = u32(bytes, header)
    blocks.height = u32(bytes, header + 4)
    blocks.bitDepth = u8(bytes, header + 8)
    blocks.png = pngFacts(bytes, header, first, chunkNames(parts))
  }
  const animation = first("acTL", 8)
  if (animation !== undefined) blocks.animation = { frames: u32(bytes, animation), plays: u32(bytes, animation + 4) }
  const time = first("tIME", 7)
  if (time !== undefined) blocks.modified = timeOf(bytes, time)
}

function pngFacts(
  bytes: Uint8Array,
  header: number,
  first: (name: string, length: number) => number | undefined,
  chunks: readonly string[],
): PngFacts {
  const [density, gamma, srgb, cicp] = [first("pHYs", 9), first("gAMA", 4), first("sRGB", 1), first("cICP", 4)]
  return {
    bitDepth: u8(bytes, header + 8),
    colorType: u8(bytes, header + 9),
    interlace: u8(bytes, header + 12),
    ...(density === undefined
      ? {}
      : {
          pixelsPerUnit: {
            x: u32(bytes, density),
            y: u32(bytes, density + 4),
            unit: u8(bytes, density + 8) === 1 ? "meter" : "unknown",
          },
        }),
    ...(gamma === undefined ? {} : { gamma: u32(bytes, gamma) / 100_000 }),
    ...(srgb === undefined ? {} : { srgbIntent: u8(bytes, srgb) }),
    ...(cicp === undefined
      ? {}
      : {
          cicp: {
            primaries: u8(bytes, cicp),
            transfer: u8(bytes, cicp + 1),
            matrix: u8(bytes, cicp + 2),
            fullRange: u8(bytes, cicp + 3) === 1,
          },
        }),
    chunks,
  }
}

function chunkNames(parts: readonly Part[]): readonly string[] {
  const names: string[] = []
  for (const { name } of parts) if (/^[A-Za-z]{4}$/u.test(name) && names.at(-1) !== name) names.push(name)
  return names
}

/** 11.3.4.1: the last change of the picture, in UTC. */
function timeOf(bytes: Uint8Array, at: number): string {
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((i) => String(u8(bytes, at + i)).padStart(2, "0"))
  return `${String(u16(bytes, at)).padStart(4, "0")}:${month}:${day} ${hour}:${minute}:${second}`
}
