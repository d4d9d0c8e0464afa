import { ascii, concatBytes } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { decodePngText, readPngText } from "../png/read-text.ts"
import type { Part, Walk } from "../walk/part.ts"
import { walkPng } from "../walk/png.ts"
import type { Edits } from "./edits.ts"
import { minimalExif } from "./minimal-exif.ts"
import { planPngLocation } from "./location/png.ts"
import { chunkOf } from "./png-chunk.ts"
import { keptTags } from "./rights.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"

/** PNG and APNG (W3C PNG third edition): an allowlist of chunks; the profile's free name becomes `ICC`. */
export const pngScrubber: FormatScrubber = { names: ["png"], walk: walkPng, plan: planPng }

/** Chunks that stay, with the sizes that they may have (section 11); others of their name are no chunks of their name. */
const allowed: Readonly<Record<string, (length: number) => boolean>> = {
  IHDR: (length) => length === 13,
  PLTE: (length) => length > 0 && length <= 768 && length % 3 === 0,
  IDAT: (length) => length > 0,
  IEND: (length) => length === 0,
  tRNS: (length) => length > 0 && length <= 256,
  gAMA: (length) => length === 4,
  cHRM: (length) => length === 32,
  sRGB: (length) => length === 1,
  cICP: (length) => length === 4,
  mDCV: (length) => length === 24,
  cLLI: (length) => length === 8,
  sBIT: (length) => length >= 1 && length <= 4,
  bKGD: (length) => [1, 2, 6].includes(length),
  pHYs: (length) => length === 9,
  acTL: (length) => length === 8,
  fcTL: (length) => length === 26,
  fdAT: (length) => length > 4,
}
const manyOfThem = new Set(["IDAT", "fcTL", "fdAT"])

async function planPng(bytes: Uint8Array, walk: Walk, edits: Edits, context: ScrubContext): Promise<void> {
  const { parts } = walk
  checkWhole(walk)
  if (context.policy === "gps-only") return await planPngLocation(bytes, parts, edits, context)
  const exif = parts.filter(({ kind }) => kind === "exif")
  const texts = context.policy === "share" ? await makers(bytes, parts, context) : {}
  const blocks = exif.map((part) => dataOf(bytes, part))
  const tags = { ...texts, ...keptTags({ exif: blocks, xmp: [], iptc: [] }, context.policy, context.limits) }
  const minimal = minimalExif(tags)
  const chunk = minimal === undefined ? undefined : chunkOf("eXIf", minimal)
  const place = exif[0] ?? parts.find(({ name }) => name === "IDAT")
  const seen = new Set<string>()
  for (const part of parts) {
    if (part === place && chunk !== undefined) {
      if (tags.orientation !== undefined) edits.keep("orientation", "eXIf")
      if (tags.artist !== undefined) edits.keep("artist", "eXIf")
      if (tags.copyright !== undefined) edits.keep("copyright", "eXIf")
      if (part.kind === "exif") {
        if (edits.replace(part, chunk)) edits.note(part.kind, part.name, part.length)
        continue
      }
      edits.replace({ offset: part.offset, length: 0 }, chunk)
    }
    planChunk(bytes, part, seen, edits)
    seen.add(part.name)
  }
}

function planChunk(bytes: Uint8Array, part: Part, seen: ReadonlySet<string>, edits: Edits): void {
  if (part.name === "signature") return
  if (part.kind === "junk") {
    // Only the end is let through cut short; it holds nothing.
    edits.replace(part, chunkOf("IEND", new Uint8Array(0)))
    return
  }
  const twice = seen.has(part.name) && !manyOfThem.has(part.name)
  if (part.name === "iCCP" && !twice) {
    const named = renamedProfile(bytes, part)
    if (named === undefined) edits.remove(part)
    else {
      if (edits.replace(part, named)) edits.note("text", "iCCP name", part.length - named.length + 3)
      edits.keep("icc", part.name)
    }
    return
  }
  const sized = Object.hasOwn(allowed, part.name) ? allowed[part.name] : undefined
  const length = part.dataLength - 4
  // Chunks of image data that stand side by side are one part, so that only its sum is known.
  if (sized === undefined || twice || !(part.count > 1 || sized(length))) edits.remove(part)
  else if (part.kind === "colour") edits.keep(part.kind, part.name)
}

/** Section 11.3.2.3: a name of up to 79 bytes, 0, the method 0, and the compressed profile, which stays as it is. */
function renamedProfile(bytes: Uint8Array, part: Part): Uint8Array | undefined {
  const data = dataOf(bytes, part)
  const end = data.subarray(0, 80).indexOf(0)
  if (end < 1 || data[end + 1] !== 0 || data.length < end + 4) return undefined
  return chunkOf("iCCP", concatBytes([ascii("ICC\0\0"), data.subarray(end + 2)]))
}

/** `tEXt` and its kin under the names that section 11.3.3.1 gives to makers. */
async function makers(
  bytes: Uint8Array,
  parts: readonly Part[],
  { limits, signal }: ScrubContext,
): Promise<{ artist?: Uint8Array; copyright?: Uint8Array }> {
  const budget = { bytes: limits.maxInflatedBytes, maxPerPart: limits.maxInflatedBytes }
  const found = new Map<string, Uint8Array>()
  for (const part of parts.filter(({ kind }) => kind === "text").slice(0, 256)) {
    const text = await readPngText(part.name, dataOf(bytes, part), budget, signal)
    if (text === undefined || found.has(text.keyword)) continue
    const value = new TextEncoder().encode(decodePngText(text).text)
    if (text.whole && value.length > 0 && value.length <= 8192) found.set(text.keyword, value)
  }
  const [artist, copyright] = [found.get("Author"), found.get("Copyright")]
  return { ...(artist === undefined ? {} : { artist }), ...(copyright === undefined ? {} : { copyright }) }
}

/** @throws MetadataError `METADATA_MALFORMED` unless everything up to the end of the picture can be told apart. */
function checkWhole({ parts, issues }: Walk): void {
  const ends = issues.some(({ code, where }) => code === "truncated" && where === "IEND")
  const cut = parts.some(({ kind, length }) => kind === "junk" && !(ends && length < 12))
  const header = parts[1]
  if (cut || header?.name !== "IHDR" || header.dataLength !== 17 || !parts.some(({ name }) => name === "IDAT"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub png: it is cut short, or a chunk is none")
}

/** Without the checksum that ends the chunk. */
function dataOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): Uint8Array {
  return bytes.subarray(dataOffset, dataOffset + dataLength - 4)
}
