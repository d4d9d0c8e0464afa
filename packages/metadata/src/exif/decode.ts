// Those who run this package from its source need exifr's types too.
// eslint-disable-next-line typescript/triple-slash-reference
/// <reference path="./exifr.d.ts" />
import { TiffExif } from "exifr/src/segment-parsers/tiff-exif.mjs"
import { latin1, u32, u32le, u8, utf8OrLatin1 } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { walkDirectories, type Directories, type DirectoryEntry, type DirectoryName } from "../walk/directories.ts"
import type { Issue } from "../walk/issue.ts"
import { tagName, tagNames } from "./tag-names.ts"

/** A value as the file holds it: text without its end, numbers, or only the size of bytes that have no common meaning. */
export type ExifValue = string | number | readonly number[] | { readonly bytes: number }

/** Values by name, such as `ExposureTime`; `0x` and four digits where a tag has no name here. */
export type ExifDirectory = Readonly<Record<string, ExifValue>>

/** Directories of an EXIF block, each as far as it could be decoded. */
export type Exif = Readonly<Partial<Record<Exclude<DirectoryName, "sub">, ExifDirectory>>>

/** An EXIF block as decoded, with where it is precise to. */
export interface DecodedExif {
  readonly exif: Exif
  readonly directories: Directories
  /** Of the private block of the camera's maker. */
  readonly makerNoteBytes: number
  readonly issues: readonly Issue[]
}

/**
 * Decodes an EXIF block (a TIFF structure from its byte order mark on). exifr decodes numbers, of entries that
 * `walkDirectories` found sound; texts are decoded here, because files hold more than ASCII.
 */
export function decodeExif(
  block: Uint8Array,
  limits: Limits,
  { firstOnly = false }: { readonly firstOnly?: boolean } = {},
): DecodedExif | undefined {
  const walked = walkDirectories(block, limits, { firstOnly })
  if (walked === undefined) return undefined
  const issues = [...walked.issues]
  const exif: Record<string, Record<string, ExifValue>> = {}
  const engine = new TiffExif(block, {})
  engine.parseHeader()
  let budget = limits.maxValues
  let makerNoteBytes = 0
  for (const { name, entries } of walked.directories) {
    if (name === "sub" || exif[name] !== undefined) continue
    const names = tagNames(name)
    // Names come from tables here, never from the file: an ordinary object is safe.
    const values: Record<string, ExifValue> = {}
    for (const entry of entries) {
      const { tag, type } = entry
      const named = tagName(names, tag)
      if (named === "") continue
      const opaque = type === 2 || type === 1 || type === 6 || type === 7 || type === 129
      budget -= opaque ? entry.valueLength >> 6 : entry.count
      if (budget < 0) {
        issues.push({ code: "too-large", where: `exif/${name}` })
        break
      }
      if (tag === 0x927c && name === "photo") makerNoteBytes = entry.valueLength
      const value = opaque ? bytesOf(block, entry, name, walked.littleEndian) : numbersOf(engine, entry, name, walked)
      if (value !== undefined) values[named] = value
    }
    exif[name] = values
  }
  return { exif, directories: walked, makerNoteBytes, issues }
}

function numbersOf(
  engine: TiffExif,
  entry: DirectoryEntry,
  name: DirectoryName,
  { bigTiff }: Directories,
): ExifValue | undefined {
  // exifr knows no entries of BigTIFF, and nothing of its 64-bit numbers; dimensions are read by the TIFF format itself.
  if (bigTiff || entry.type > 13 || entry.count === 0) return undefined
  const value = engine.parseTag(entry.offset, entry.tag, name)
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined
  if (typeof value !== "object") return undefined
  const numbers: number[] = []
  for (let i = 0; i < value.length; i++) {
    const number = value[i]
    if (!Number.isFinite(number)) return undefined
    numbers.push(number as number)
  }
  return numbers
}

function bytesOf(
  block: Uint8Array,
  { tag, type, valueOffset, valueLength }: DirectoryEntry,
  name: DirectoryName,
  littleEndian: boolean,
): ExifValue | undefined {
  const end = valueOffset + valueLength
  if (type === 2 || type === 129) return text(block, valueOffset, end, tag)
  if (tag >= 0x9c9b && tag <= 0x9c9f) return utf16(block.subarray(valueOffset, end), true)
  if (tag === 0x9286 || (name === "gps" && (tag === 0x1b || tag === 0x1c)))
    return commented(block.subarray(valueOffset, end), littleEndian)
  // Versions are four digits; FileSource and SceneType one byte.
  if (tag === 0x9000 || tag === 0xa000 || (tag === 2 && name === "interop"))
    return latin1(block, valueOffset, Math.min(valueLength, 4))
  if (valueLength === 1) return type === 6 ? (u8(block, valueOffset) << 24) >> 24 : u8(block, valueOffset)
  if (tag === 0x927c || valueLength === 0 || valueLength > 16) return { bytes: valueLength }
  const numbers: number[] = []
  for (let at = valueOffset; at < end; at++) numbers.push(u8(block, at))
  return numbers
}

/** Up to the first NUL; Copyright holds photographer and editor with a NUL between (Exif 3.0, tag 8298). */
function text(block: Uint8Array, start: number, valueEnd: number, tag: number): string {
  let end = valueEnd
  while (end > start && block[end - 1] === 0) end--
  if (tag === 0x8298)
    return utf8OrLatin1(block, start, end)
      .replace(/ ?\0 ?/gu, "\n")
      .trim()
  let stop = start
  while (stop < end && block[stop] !== 0) stop++
  return utf8OrLatin1(block, start, stop).trim()
}

/** Eight bytes that name the character set, then text (Exif 3.0 section 4.6.6.5, UserComment). */
function commented(value: Uint8Array, littleEndian: boolean): string {
  const charset = latin1(value, 0, 7).replace(/\0.*$/su, "")
  const rest = value.subarray(8)
  const decoded =
    charset === "UNICODE"
      ? utf16(rest, rest[0] === 0xff ? true : rest[0] === 0xfe ? false : littleEndian)
      : utf8OrLatin1(charset === "ASCII" || charset === "JIS" || charset === "" ? rest : value)
  return decoded.replace(/\0[^]*$/u, "").trim()
}

function utf16(value: Uint8Array, littleEndian: boolean): string {
  const decoded = new TextDecoder(littleEndian ? "utf-16le" : "utf-16be").decode(value)
  return decoded.replace(/\0[^]*$/u, "").trim()
}

/** The smallest step that a rational value can express, in its own unit: 1 / denominator. */
export function stepOf(
  block: Uint8Array,
  { type, valueOffset, count }: DirectoryEntry,
  index: number,
  le: boolean,
): number {
  if ((type !== 5 && type !== 10) || index >= count) return Number.NaN
  const denominator = (le ? u32le : u32)(block, valueOffset + index * 8 + 4)
  return denominator === 0 ? Number.NaN : 1 / denominator
}
