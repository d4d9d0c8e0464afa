import { startsWith, u16, u16le, u32, u32le, u8 } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { walkDirectories, type DirectoryEntry } from "../walk/directories.ts"

/** What of an EXIF block may outlive a scrub. */
export interface KeptTags {
  /** 2 to 8; absent when the picture stands upright. */
  readonly orientation?: number
  /** As written, without the NULs at the end. */
  readonly artist?: Uint8Array
  readonly copyright?: Uint8Array
}

const [orientationTag, artistTag, copyrightTag] = [0x0112, 0x013b, 0x8298]
/** A name longer than this is none. */
const maxTextBytes = 8192

/** Reads the tags that may stay from an EXIF block, with or without `Exif\0\0` before it. */
export function readKeptTags(block: Uint8Array, limits: Limits): KeptTags {
  const tiff = startsWith(block, 0, "Exif\0\0") ? block.subarray(6) : block
  const found = walkDirectories(tiff, limits, { firstOnly: true })
  const entries = found?.directories.find(({ name }) => name === "image")?.entries ?? []
  const entryOf = (tag: number): DirectoryEntry | undefined => entries.find((entry) => entry.tag === tag)
  const orientation = orientationOf(tiff, entryOf(orientationTag), found?.littleEndian ?? false)
  const artist = textOf(tiff, entryOf(artistTag))
  const copyright = textOf(tiff, entryOf(copyrightTag))
  return {
    ...(orientation === undefined ? {} : { orientation }),
    ...(artist === undefined ? {} : { artist }),
    ...(copyright === undefined ? {} : { copyright }),
  }
}

function orientationOf(tiff: Uint8Array, entry: DirectoryEntry | undefined, littleEndian: boolean): number | undefined {
  if (entry === undefined || entry.count < 1) return undefined
  const [read16, read32] = littleEndian ? [u16le, u32le] : [u16, u32]
  // SHORT by Exif 3.0 table 4; some writers take BYTE or LONG.
  const reads: Readonly<Record<number, typeof u8>> = { 1: u8, 3: read16, 4: read32 }
  const value = reads[entry.type]?.(tiff, entry.valueOffset) ?? 0
  return value >= 2 && value <= 8 ? value : undefined
}

function textOf(tiff: Uint8Array, entry: DirectoryEntry | undefined): Uint8Array | undefined {
  if (entry === undefined || (entry.type !== 2 && entry.type !== 129)) return undefined
  return trimmed(tiff.subarray(entry.valueOffset, entry.valueOffset + entry.valueLength))
}

/** Without NULs and blanks at the end; `undefined` when nothing is left, or too much. */
export function trimmed(text: Uint8Array): Uint8Array | undefined {
  let end = text.length
  while (end > 0 && (text[end - 1] === 0 || text[end - 1] === 0x20)) end--
  return end === 0 || end > maxTextBytes ? undefined : text.subarray(0, end)
}

/** An EXIF block of these tags alone, from the byte order mark on; `undefined` when there is none. */
export function minimalExif({ orientation, artist, copyright }: KeptTags): Uint8Array<ArrayBuffer> | undefined {
  const entries: (readonly [tag: number, value: number | Uint8Array])[] = []
  if (orientation !== undefined) entries.push([orientationTag, orientation])
  if (artist !== undefined) entries.push([artistTag, artist])
  if (copyright !== undefined) entries.push([copyrightTag, copyright])
  if (entries.length === 0) return undefined
  let dataAt = 8 + 2 + entries.length * 12 + 4
  const room = (value: number | Uint8Array): number =>
    typeof value === "number" || value.length < 4 ? 0 : (value.length + 2) & ~1
  const block = new Uint8Array(entries.reduce((sum, [, value]) => sum + room(value), dataAt))
  const view = new DataView(block.buffer)
  // TIFF 6.0 section 2: big-endian, 42, the first directory at 8.
  view.setUint32(0, 0x4d4d002a)
  view.setUint32(4, 8)
  view.setUint16(8, entries.length)
  entries.forEach(([tag, value], i) => {
    const at = 10 + i * 12
    view.setUint16(at, tag)
    view.setUint16(at + 2, typeof value === "number" ? 3 : 2)
    view.setUint32(at + 4, typeof value === "number" ? 1 : value.length + 1)
    if (typeof value === "number") view.setUint16(at + 8, value)
    else if (value.length < 4) block.set(value, at + 8)
    else {
      view.setUint32(at + 8, dataAt)
      block.set(value, dataAt)
      dataAt += room(value)
    }
  })
  return block
}
