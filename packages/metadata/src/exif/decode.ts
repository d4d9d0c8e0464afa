// Those who run this package from its source need exifr's types too.
// eslint-disable-next-line typescript/triple-slash-reference
/// <reference path="./exifr.d.ts" />
import { TiffExif } from "exifr/src/segment-parsers/tiff-exif.mjs"
import { latin1, u32, u32le, u8, utf8OrLatin1 } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { walkDirectories, type Directories, type DirectoryEntry, type DirectoryName } from "../walk/directories.ts"
import type { Issue } from "../walk/issue.ts"
import { tagName } from "./tag-names.ts"

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
  readonly issues: readonly Issue[]
}

/** Pointers, and tables of where a TIFF's pixels lie: of no use to a reader, and long. */
const skipped = new Set([
  0x0111, 0x0117, 0x0120, 0x0121, 0x0144, 0x0145, 0x014a, 0x02bc, 0x83bb, 0x8649, 0x8769, 0x8773, 0x8825, 0xa005,
])
/** Texts that begin with eight bytes that name their character set (Exif 3.0 section 4.6.6.5, UserComment). */
const withCharset = new Set([0x9286, 0x1b, 0x1c])

/**
 * Decodes an EXIF block (a TIFF structure from its byte order mark on). exifr decodes numbers, of entries that
 * `walkDirectories` found sound; texts are decoded here, because files hold more than ASCII.
 */
export function decodeExif(block: Uint8Array, limits: Limits): DecodedExif | undefined {
  const walked = walkDirectories(block, limits)
  if (walked === undefined) return undefined
  const issues = [...walked.issues]
  const exif: Record<string, Record<string, ExifValue>> = {}
  const engine = new TiffExif(block, {})
  engine.parseHeader()
  let budget = limits.maxValues
  for (const { name, entries } of walked.directories) {
    if (name === "sub" || Object.hasOwn(exif, name)) continue
    // Names come from tables here, never from the file: an ordinary object is safe.
    const values: Record<string, ExifValue> = {}
    for (const entry of entries) {
      if (skipped.has(entry.tag)) continue
      const opaque = entry.type === 1 || entry.type === 2 || entry.type === 6 || entry.type === 7 || entry.type === 129
      budget -= opaque ? entry.valueLength >> 6 : entry.count
      if (budget < 0) {
        issues.push({ code: "too-large", where: `exif/${name}` })
        break
      }
      const value = opaque ? bytesOf(block, entry, name, walked.littleEndian) : numbersOf(engine, entry, name, walked)
      if (value !== undefined) values[tagName(name, entry.tag)] = value
    }
    exif[name] = values
  }
  return { exif, directories: walked, issues }
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
  const numbers = Array.from(value)
  return numbers.every(Number.isFinite) ? numbers : undefined
}

function bytesOf(
  block: Uint8Array,
  { tag, type, valueOffset, valueLength }: DirectoryEntry,
  name: DirectoryName,
  littleEndian: boolean,
): ExifValue | undefined {
  const value = block.subarray(valueOffset, valueOffset + valueLength)
  if (type === 2 || type === 129) return text(value, tag)
  if (tag >= 0x9c9b && tag <= 0x9c9f) return utf16(value, true)
  if ((withCharset.has(tag) && (tag > 0xff || name === "gps")) || tag === 0x9286) return commented(value, littleEndian)
  // Versions are four digits; FileSource and SceneType one byte.
  if (tag === 0x9000 || tag === 0xa000 || (tag === 2 && name === "interop")) return latin1(value, 0, 4)
  if (value.length === 1) return type === 6 ? (u8(value, 0) << 24) >> 24 : u8(value, 0)
  if (tag !== 0x927c && value.length > 0 && value.length <= 16) return Array.from(value)
  return { bytes: value.length }
}

/** Up to the first NUL; Copyright holds photographer and editor with a NUL between (Exif 3.0, tag 8298). */
function text(value: Uint8Array, tag: number): string {
  let end = value.length
  while (end > 0 && value[end - 1] === 0) end--
  const whole = value.subarray(0, end)
  const stop = whole.indexOf(0)
  const decoded = utf8OrLatin1(stop === -1 || tag === 0x8298 ? whole : whole.subarray(0, stop))
  return (tag === 0x8298 ? decoded.replace(/ ?\0 ?/gu, "\n") : decoded).trim()
}

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
