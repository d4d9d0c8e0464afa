import { u16, u16le, u32, u32le } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import type { Issue, IssueCode } from "./issue.ts"

/** Which directory of a TIFF structure (TIFF 6.0, Exif 3.0 section 4.6.3); `sub` is one of tag 330. */
export type DirectoryName = "image" | "photo" | "gps" | "interop" | "thumbnail" | "sub"

/** One entry that was found sound: known type, value inside the block. Offsets count from the block's start. */
export interface DirectoryEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** Of the entry itself (12 bytes; 20 in BigTIFF). */
  readonly offset: number
  readonly valueOffset: number
  readonly valueLength: number
}

export interface Directory {
  readonly name: DirectoryName
  readonly offset: number
  readonly entries: readonly DirectoryEntry[]
}

export interface Directories {
  readonly littleEndian: boolean
  readonly bigTiff: boolean
  readonly directories: readonly Directory[]
  readonly issues: readonly Issue[]
}

/** Bytes of one value by type (TIFF 6.0 section 2; 13 is IFD, 16 to 18 BigTIFF's, 129 UTF-8 of Exif 3.0). */
const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
  129: 1,
}

const pointers: Readonly<Record<number, DirectoryName>> = {
  0x8769: "photo",
  0x8825: "gps",
  0xa005: "interop",
  0x014a: "sub",
}

const maxDirectories = 32
const maxDepth = 6

interface Pending {
  readonly name: DirectoryName
  readonly offset: number
  readonly depth: number
}

/**
 * Walks the directories of a TIFF structure and checks each entry, so that what decodes them needs no check of its own:
 * no cycle, no depth, no value outside the block. `undefined` when the bytes have no TIFF header. `firstOnly` leaves
 * out all but the image's directory.
 */
export function walkDirectories(
  block: Uint8Array,
  limits: Limits,
  { firstOnly = false } = {},
): Directories | undefined {
  const order = u16(block, 0)
  if ((order !== 0x4949 && order !== 0x4d4d) || block.length < 8) return undefined
  const littleEndian = order === 0x4949
  const [read16, read32] = littleEndian ? [u16le, u32le] : [u16, u32]
  const bigTiff = read16(block, 2) === 43
  const issues: Issue[] = []
  const report = (code: IssueCode, where: string): void => {
    if (issues.length < 32) issues.push({ code, where })
  }
  const read64 = (offset: number): number =>
    littleEndian
      ? u32le(block, offset) + u32le(block, offset + 4) * 0x1_0000_0000
      : u32(block, offset) * 0x1_0000_0000 + u32(block, offset + 4)
  const layout = bigTiff
    ? { first: read64(8), entry: 20, inline: 8, countAt: 4, valueAt: 12, head: 8 }
    : { first: read32(block, 4), entry: 12, inline: 4, countAt: 4, valueAt: 8, head: 2 }
  const readOffset = (at: number): number => (bigTiff ? read64(at) : read32(block, at))

  const directories: Directory[] = []
  const visited = new Set<number>()
  const pending: Pending[] = [{ name: "image", offset: layout.first, depth: 0 }]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { name, offset, depth } = next
    if (offset < 8 || offset + layout.head > block.length) {
      report("bad-entry", `exif/${name}`)
      continue
    }
    if (visited.has(offset) || visited.size >= maxDirectories || depth > maxDepth) {
      report(visited.has(offset) ? "bad-entry" : "too-deep", `exif/${name}`)
      continue
    }
    visited.add(offset)
    const directory = readDirectory(name, offset, depth)
    directories.push(directory)
    if (firstOnly) break
  }
  return { littleEndian, bigTiff, directories, issues }

  function readDirectory(name: DirectoryName, offset: number, depth: number): Directory {
    const claimed = bigTiff ? read64(offset) : read16(block, offset)
    const fitting = Math.floor((block.length - offset - layout.head) / layout.entry)
    const count = Math.min(claimed, fitting, limits.maxDirectoryEntries)
    if (count < claimed) report(count === fitting ? "truncated" : "too-large", `exif/${name}`)
    const entries: DirectoryEntry[] = []
    const seen = new Set<number>()
    for (let i = 0; i < count; i++) {
      const entry = readEntry(offset + layout.head + i * layout.entry, name)
      if (entry === undefined) continue
      if (seen.has(entry.tag)) {
        report("bad-entry", `exif/${name}/${hex(entry.tag)}`)
        continue
      }
      seen.add(entry.tag)
      entries.push(entry)
      const target = pointers[entry.tag]
      if (target !== undefined) addTargets(entry, target, depth)
    }
    // TIFF 6.0 section 2: the offset of the next directory follows; in EXIF, IFD1 is the thumbnail's.
    const nextAt = offset + layout.head + count * layout.entry
    if (name === "image" && count === claimed && nextAt + layout.inline <= block.length) {
      const following = readOffset(nextAt)
      if (following !== 0) pending.push({ name: "thumbnail", offset: following, depth: depth + 1 })
    }
    return { name, offset, entries }
  }

  function readEntry(offset: number, name: DirectoryName): DirectoryEntry | undefined {
    const tag = read16(block, offset)
    const type = read16(block, offset + 2)
    const count = readOffset(offset + layout.countAt)
    const size = sizes[type]
    const valueLength = (size ?? 0) * count
    const valueOffset = valueLength <= layout.inline ? offset + layout.valueAt : readOffset(offset + layout.valueAt)
    if (size === undefined || valueOffset + valueLength > block.length) {
      if (tag !== 0 || type !== 0) report("bad-entry", `exif/${name}/${hex(tag)}`)
      return undefined
    }
    return { tag, type, count, offset, valueOffset, valueLength }
  }

  /** Pointers are LONG or IFD; some writers call them SLONG. */
  function addTargets(entry: DirectoryEntry, name: DirectoryName, depth: number): void {
    if (![4, 9, 13, 16, 17, 18].includes(entry.type)) return
    const width = entry.type >= 16 ? 8 : 4
    for (let i = 0; i < Math.min(entry.count, 8); i++) {
      const at = entry.valueOffset + i * width
      pending.push({ name, offset: width === 8 ? read64(at) : read32(block, at), depth: depth + 1 })
    }
  }
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(4, "0")}`
}
