import { ascii, concatBytes, latin1 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { beginsTiff, tiffBlock } from "../exif/tiff-block.ts"
import { deflate } from "../png/deflate.ts"
import type { InflateBudget } from "../png/inflate.ts"
import { decodePngText, decodeRawProfile, readPngText, type PngTextBytes } from "../png/read-text.ts"
import type { Edits } from "../scrub/edits.ts"
import { chunkOf } from "../scrub/png-chunk.ts"
import type { Part, Walk } from "../walk/part.ts"
import { walkPng } from "../walk/png.ts"
import { editExif, emptyExif } from "./edit-exif.ts"
import { editPhotoshop } from "./edit-photoshop.ts"
import { editXmp } from "./edit-xmp.ts"
import type { EditContext, FormatEditor } from "./format-editor.ts"

/** PNG and APNG (W3C PNG third edition): `eXIf`, XMP in `iTXt`, text chunks, and what ImageMagick writes as text. */
export const pngEditor: FormatEditor = { names: ["png"], walk: walkPng, plan: planPng }

const xmpKeyword = "XML:com.adobe.xmp"

async function planPng(bytes: Uint8Array, { parts }: Walk, edits: Edits, context: EditContext): Promise<void> {
  const picture = parts.find(({ name }) => name === "IDAT")
  if (parts[1]?.name !== "IHDR" || picture === undefined || parts.some(({ kind }) => kind === "junk"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot edit png: it is cut short, or a chunk is none")
  const { changes, limits, signal, wrote } = context
  const budget: InflateBudget = { bytes: limits.maxInflatedBytesPerFile, maxPerPart: limits.maxInflatedBytes }
  const seen = { exif: false, xmp: false }
  // What a chunk says in its own form goes before what was hidden in text.
  const chunks = parts.filter(({ name }) => name === "eXIf")
  for (const part of chunks) planExif(part)
  for (const part of parts) if (part.kind === "text") await planText(part)
  const added: Uint8Array[] = []
  if (!seen.exif) {
    const block = editExif(emptyExif(), changes.exif, limits)
    if (block.length > emptyExif().length) {
      added.push(chunkOf("eXIf", block))
      wrote("exif", "eXIf")
    }
  }
  const packet = seen.xmp ? undefined : editXmp(undefined, changes.xmp)
  if (packet !== undefined) {
    added.push(xmpChunk(packet))
    wrote("xmp", "iTXt")
  }
  if (added.length > 0) edits.replace({ offset: picture.offset, length: 0 }, concatBytes(added))

  function planExif(part: Part): void {
    const data = bytes.subarray(part.dataOffset, part.dataOffset + part.dataLength - 4)
    const block = editBlock(data)
    if (block === undefined) return
    edits.replace(part, chunkOf("eXIf", block))
    wrote("exif", "eXIf")
  }

  /** A block with what stands before it; `undefined` when it stays. The first of the file gets what there was not. */
  function editBlock(data: Uint8Array): Uint8Array | undefined {
    const block = tiffBlock(data)
    if (seen.exif && !beginsTiff(block)) return undefined
    const edited = editExif(block, changes.exif, limits, seen.exif ? "existing" : "all")
    seen.exif = true
    return edited === block ? undefined : concatBytes([data.subarray(0, data.length - block.length), edited])
  }

  async function planText(part: Part): Promise<void> {
    const keyword = keywordOf(bytes, part).toLowerCase()
    const change = changes.text.find((found) =>
      found.keyword.endsWith("*") ? keyword.startsWith(found.keyword.slice(0, -1)) : keyword === found.keyword,
    )
    const profile = /^raw profile type (?:exif|app1|iptc|8bim|xmp)$/u.test(keyword)
    if (change === undefined && !profile && keyword !== xmpKeyword.toLowerCase()) return
    // Neighbours that the walk took as one are too many to be looked at one by one.
    if (part.count > 1) throw new MetadataError("METADATA_LIMIT_EXCEEDED", "Cannot edit png: it has too many texts")
    const data = bytes.subarray(part.dataOffset, part.dataOffset + part.dataLength - 4)
    const text = await readPngText(part.name, data, budget, signal)
    if (text === undefined) return
    if (change !== undefined) {
      if (change.value === null) edits.replace(part, new Uint8Array(0))
      else if (decodePngText(text).text !== change.value) edits.replace(part, textChunk(text, change.value))
      else return
      wrote("text", part.name)
    } else if (!text.whole)
      throw new MetadataError(
        "METADATA_LIMIT_EXCEEDED",
        "Cannot edit png: a text that may say the same is too long, or broken",
      )
    else if (profile) await planProfile(part, text)
    else await planXmp(part, text)
  }

  async function planXmp(part: Part, text: PngTextBytes): Promise<void> {
    const edited = editXmp(text.bytes, followed())
    seen.xmp = true
    if (edited === undefined || edited === text.bytes) return
    // In the wrong kind of chunk, or with a language, some readers know it and others see but a text: it stays what it was.
    if (part.name === "zTXt") edits.replace(part, await compressedText(xmpKeyword, edited))
    else if (part.name === "tEXt") edits.replace(part, chunkOf("tEXt", concatBytes([ascii(`${xmpKeyword}\0`), edited])))
    else edits.replace(part, internationalText(text, edited))
    wrote("xmp", part.name)
  }

  async function planProfile(part: Part, text: PngTextBytes): Promise<void> {
    const profile = decodeRawProfile(text.bytes)
    if (profile === undefined) return
    const mark = "http://ns.adobe.com/xap/1.0/\0"
    const kind = text.keyword.slice("Raw profile type ".length).toLowerCase()
    let edited: Uint8Array | undefined
    if (kind === "iptc" || kind === "8bim") edited = editPhotoshop(profile, changes.iptc)
    else if (kind === "xmp" || latin1(profile, 0, mark.length) === mark) {
      const from = kind === "xmp" ? 0 : mark.length
      const packet = editXmp(profile.subarray(from), followed())
      seen.xmp = true
      edited = packet === undefined ? undefined : concatBytes([profile.subarray(0, from), packet])
    } else edited = editBlock(profile)
    if (edited === undefined || (edited.length === profile.length && edited.every((byte, i) => byte === profile[i])))
      return
    edits.replace(part, await compressedText(text.keyword, rawProfile(kind, edited)))
    wrote(kind === "iptc" || kind === "8bim" ? "iptc" : kind === "xmp" ? "xmp" : "exif", part.name)
  }

  function followed(): typeof changes.xmp {
    return seen.xmp ? changes.xmp.map((change) => ({ ...change, twin: true })) : changes.xmp
  }
}

function keywordOf(bytes: Uint8Array, { dataOffset, dataLength }: Part): string {
  const data = bytes.subarray(dataOffset, dataOffset + Math.min(80, dataLength - 4))
  const end = data.indexOf(0)
  return end === -1 ? "" : latin1(data, 0, end)
}

function xmpChunk(packet: Uint8Array): Uint8Array {
  return internationalText({ keyword: xmpKeyword, language: "", translatedKeyword: "" }, packet)
}

/** 11.3.3.4, not compressed. */
function internationalText(
  { keyword, language, translatedKeyword }: Pick<PngTextBytes, "keyword" | "language" | "translatedKeyword">,
  text: Uint8Array,
): Uint8Array {
  const translated = new TextEncoder().encode(`${translatedKeyword}\0`)
  return chunkOf("iTXt", concatBytes([ascii(`${keyword}\0\0\0${language}\0`), translated, text]))
}

async function compressedText(keyword: string, bytes: Uint8Array): Promise<Uint8Array> {
  return chunkOf("zTXt", concatBytes([ascii(`${keyword}\0\0`), await deflate(bytes)]))
}

/** A chunk of ISO 8859-1 stays one while it can; else it becomes one of UTF-8. */
function textChunk(text: PngTextBytes, value: string): Uint8Array {
  if (text.encoding === "latin1" && /^[\t\n\u0020-\u007e\u00a0-\u00ff]*$/u.test(value))
    return chunkOf("tEXt", ascii(`${text.keyword}\0${value}`))
  return internationalText(text, new TextEncoder().encode(value))
}

/** As ImageMagick writes it: the kind, the count in eight columns, 36 bytes in a line. */
function rawProfile(kind: string, bytes: Uint8Array): Uint8Array {
  const lines = [`\n${kind}`, String(bytes.length).padStart(8)]
  for (let at = 0; at < bytes.length; at += 36)
    lines.push(Array.from(bytes.subarray(at, at + 36), (byte) => byte.toString(16).padStart(2, "0")).join(""))
  return ascii(`${lines.join("\n")}\n`)
}
