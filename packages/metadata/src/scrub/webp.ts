import { concatBytes, startsWith } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import type { Part, Walk } from "../walk/part.ts"
import { walkWebp, walkWebpFrame } from "../walk/webp.ts"
import type { Edits } from "./edits.ts"
import { minimalExif } from "./minimal-exif.ts"
import { keptTags } from "./rights.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"
import { chunkOf, planHeader } from "./webp-chunks.ts"
import { planWebpLocation } from "./location/webp.ts"

/** WebP (RFC 9649): the chunks of the picture; its flags and the RIFF size are written anew. */
export const webpScrubber: FormatScrubber = { names: ["webp"], walk: walkWebp, plan: planWebp }

const images = new Set(["VP8", "VP8L", "ALPH", "ANMF"])

function planWebp(bytes: Uint8Array, walk: Walk, edits: Edits, context: ScrubContext): void {
  const { parts } = walk
  if (!parts.some(({ name }) => name === "VP8" || name === "VP8L" || name === "ANMF"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub webp: it holds no picture")
  // A chunk that is cut off may go when it is metadata; a picture that is cut off cannot be told from what follows it.
  const cut = walk.issues.find(({ code }) => code === "truncated")
  if (cut !== undefined && (images.has(cut.where) || parts.some(({ name }) => name === "ANMF")))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub webp: its picture is cut short")
  if (context.policy === "gps-only") planWebpLocation(bytes, parts, edits, context)
  else planAllowed(bytes, parts, edits, context)
}

function planAllowed(bytes: Uint8Array, parts: readonly Part[], edits: Edits, context: ScrubContext): void {
  const exif = parts.filter(({ kind }) => kind === "exif")
  const blocks = (wanted: readonly Part[]): Uint8Array[] => wanted.map((part) => dataOf(bytes, part))
  const xmp = parts.filter(({ kind }) => kind === "xmp")
  const tags = keptTags({ exif: blocks(exif), xmp: blocks(xmp), iptc: [] }, context.policy, context.limits)
  const minimal = minimalExif(tags)
  const seen = new Set<string>()
  const sizes = new Map<Part, number>()
  for (const part of parts) {
    const once = !seen.has(part.name)
    if (part === exif[0] && minimal !== undefined) {
      const chunk = chunkOf("EXIF", minimal)
      if (edits.replace(part, chunk)) edits.note(part.kind, part.name, part.length)
      sizes.set(part, chunk.length)
    } else if (part.name === "ANMF") sizes.set(part, planFrame(bytes, part, edits, context))
    else if (part.name === "RIFF" || (["VP8X", "VP8", "VP8L", "ALPH", "ANIM", "ICCP"].includes(part.name) && once)) {
      sizes.set(part, part.length)
      if (part.kind === "icc") edits.keep(part.kind, part.name)
      if (part.name === "VP8X") sizes.set(part, 18)
    } else edits.remove(part)
    seen.add(part.name)
  }
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (minimal !== undefined && exif.length === 0) {
    const chunk = chunkOf("EXIF", minimal)
    const last = [...sizes.keys()].at(-1)
    edits.replace({ offset: (last?.offset ?? 0) + (last?.length ?? 0), length: 0 }, chunk)
    total += chunk.length
  }
  if (minimal !== undefined) {
    if (tags.orientation !== undefined) edits.keep("orientation", "EXIF")
    if (tags.artist !== undefined) edits.keep("artist", "EXIF")
    if (tags.copyright !== undefined) edits.keep("copyright", "EXIF")
  }
  planHeader(bytes, parts, total, { exif: minimal !== undefined, icc: seen.has("ICCP"), xmp: false }, edits)
}

/** Keeps the picture of a frame; returns the size of what is left. */
function planFrame(bytes: Uint8Array, frame: Part, edits: Edits, { limits }: ScrubContext): number {
  const from = frame.dataOffset + 16
  const end = frame.dataOffset + frame.dataLength
  const inner = walkWebpFrame(bytes, from, end, limits)
  if (!inner.complete) throw new MetadataError("METADATA_MALFORMED", "Cannot scrub webp: a frame is cut short")
  const kept = inner.parts.filter(({ name }) => ["VP8", "VP8L", "ALPH"].includes(name))
  if (kept.length === inner.parts.length) return frame.length
  const data = kept.map((part) => bytes.subarray(part.offset, part.offset + part.length))
  const chunk = chunkOf("ANMF", concatBytes([bytes.subarray(frame.dataOffset, from), ...data]))
  edits.replace(frame, chunk)
  for (const part of inner.parts) if (!kept.includes(part)) edits.note(part.kind, `ANMF/${part.name}`, part.length)
  return chunk.length
}

function dataOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  const data = bytes.subarray(dataOffset, dataOffset + dataLength)
  return startsWith(data, 0, "Exif\0\0") ? data.subarray(6) : data
}
