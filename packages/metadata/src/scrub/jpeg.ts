import { ascii, concatBytes, u16, u8 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { walkJpeg } from "../walk/jpeg.ts"
import type { Part, Walk } from "../walk/part.ts"
import type { Edits } from "./edits.ts"
import { planJpegLocation } from "./location/jpeg.ts"
import { minimalExif, type KeptTags } from "./minimal-exif.ts"
import { keptTags } from "./rights.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"

/**
 * JPEG (ITU-T T.81): rebuilt from tables, frames and scans, JFIF and Adobe headers cut to their fields, and ICC. A file
 * that ends early stays one that ends early: decoders judge that differently, and it is not for a scrub to say.
 */
export const jpegScrubber: FormatScrubber = { names: ["jpeg"], walk: walkJpeg, plan: planJpeg }

function planJpeg(bytes: Uint8Array, walk: Walk, edits: Edits, context: ScrubContext): void {
  const { parts } = walk
  if (!parts.some(isFrame) || !parts.some(({ kind }) => kind === "image"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub jpeg: it holds no scan")
  // B.2.1: one to a file. Decoders stop at a second, so that nobody has seen what follows it.
  if (parts.some(({ name, kind }) => name === "SOI" && kind === "junk"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub jpeg: it starts twice")
  if (context.policy === "gps-only") planJpegLocation(bytes, parts, edits, context)
  else planAllowed(bytes, parts, edits, context)
}

function planAllowed(bytes: Uint8Array, parts: readonly Part[], edits: Edits, context: ScrubContext): void {
  const firstScan = parts.findIndex(({ name }) => name === "SOS")
  // Decoders have read what they will of orientation when the first scan begins.
  const header = parts.slice(0, firstScan)
  const blocks = (kind: Part["kind"]): Uint8Array[] =>
    header.filter((part) => part.kind === kind).map((part) => dataOf(bytes, part))
  const tags = keptTags(
    { exif: blocks("exif"), xmp: blocks("xmp"), iptc: blocks("iptc") },
    context.policy,
    context.limits,
  )
  const minimal = minimalExif(tags)
  const segment = minimal === undefined ? undefined : exifSegment(minimal)
  // JFIF stands first (T.871 section 10.1); EXIF takes the next place.
  const place =
    header.find(({ kind }) => kind === "exif") ?? header.find(({ name }) => name !== "SOI" && name !== "APP0")
  const profile = profileSegments(bytes, header)
  let jfif = false
  for (const part of parts) {
    if (part === place && segment !== undefined) {
      if (part.kind === "exif") {
        if (edits.replace(part, segment)) edits.note(part.kind, part.name, part.length)
        noteTags(edits, tags)
        continue
      }
      edits.replace({ offset: part.offset, length: 0 }, segment)
    }
    if (part.name === "APP0" && part.kind === "structure" && part.dataLength >= 9 && !jfif) {
      jfif = true
      planJfif(bytes, part, edits)
    } else if (part.name === "APP14" && part.kind === "colour" && part.dataLength >= 7) {
      // T.872 section 6.5.3: 12 bytes from the identifier on. Without its transform flag the colours change.
      cutSegment(bytes, part, 12, edits)
      edits.keep("colour", part.name)
    } else if (part.kind === "icc" && profile.has(part)) edits.keep("icc", part.name)
    else if (!staysAsIs(bytes, part)) edits.remove(part)
  }
}

function staysAsIs(bytes: Uint8Array, part: Part): boolean {
  if (part.kind === "image") return true
  if (part.kind !== "structure" || part.name.startsWith("APP")) return false
  // B.2.4.4, B.2.5, B.3.3: of fixed size, so that nothing hides behind their fields.
  const sizes: Readonly<Record<string, number>> = { DRI: 4, DNL: 4, EXP: 3 }
  const size = sizes[part.name]
  return size === undefined || u16(bytes, part.offset + 2) === size
}

function isFrame({ name }: Part): boolean {
  return name.startsWith("SOF")
}

function dataOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  return bytes.subarray(dataOffset, dataOffset + dataLength)
}

function exifSegment(block: Uint8Array): Uint8Array {
  const length = 2 + 6 + block.length
  return concatBytes([Uint8Array.of(0xff, 0xe1, length >> 8, length & 0xff), ascii("Exif\0\0"), block])
}

/** T.871 section 10.1: 14 bytes from the identifier on, the last two the size of a thumbnail, made 0 by 0. */
function planJfif(bytes: Uint8Array, part: Part, edits: Edits): void {
  const head = bytes.slice(part.offset, part.offset + 18)
  head.set([0, 16], 2)
  head.set([0, 0], 16)
  if (edits.replace(part, head)) edits.note("thumbnail", part.name, part.length - head.length)
}

/** Keeps `length` bytes of payload. */
function cutSegment(bytes: Uint8Array, part: Part, length: number, edits: Edits): void {
  const head = bytes.slice(part.offset, part.offset + 4 + length)
  head.set([0, length + 2], 2)
  if (edits.replace(part, head)) edits.note("application", part.name, part.length - head.length)
}

function noteTags(edits: Edits, tags: KeptTags): void {
  if (tags.orientation !== undefined) edits.keep("orientation", "APP1")
  if (tags.artist !== undefined) edits.keep("artist", "APP1")
  if (tags.copyright !== undefined) edits.keep("copyright", "APP1")
}

/**
 * The segments of an ICC profile (ICC.1:2022 annex B.4), as long as they agree on how many they are. Whether they make a
 * whole one, decoders judge differently; so all stay as they are.
 */
function profileSegments(bytes: Uint8Array, parts: readonly Part[]): ReadonlySet<Part> {
  const segments = parts.filter(({ kind, dataLength }) => kind === "icc" && dataLength > 2)
  const total = u8(bytes, (segments[0]?.dataOffset ?? 0) + 1)
  const agree = segments.every(({ dataOffset }) => {
    const number = u8(bytes, dataOffset)
    return number >= 1 && number <= total && u8(bytes, dataOffset + 1) === total
  })
  return new Set(agree ? segments : [])
}
