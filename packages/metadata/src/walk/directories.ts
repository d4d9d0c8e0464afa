import { u16 } from "../bytes.ts"
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
const sizes: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

export function sizeOf(type: number): number {
  return type === 129 ? 1 : (sizes[type] ?? 0)
}

function pointedBy(tag: number): DirectoryName | undefined {
  if (tag === 0x8769) return "photo"
  if (tag === 0x8825) return "gps"
  if (tag === 0xa005) return "interop"
  return tag === 0x014a ? "sub" : undefined
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
  { firstOnly = false }: { readonly firstOnly?: boolean } = {},
): Directories | undefined {
  const order = u16(block, 0)
  if ((order !== 0x4949 && order !== 0x4d4d) || block.length < 8) return undefined
  const littleEndian = order === 0x4949
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  // Callers have checked that the number lies within the block.
  const read16 = (offset: number): number => view.getUint16(offset, littleEndian)
  const read32 = (offset: number): number => view.getUint32(offset, littleEndian)
  const bigTiff = read16(2) === 43
  if (bigTiff && block.length < 16) return undefined
  const issues: Issue[] = []
  const report = (code: IssueCode, name: DirectoryName, tag?: number): void => {
    if (issues.length < 32)
      issues.push({ code, where: tag === undefined ? `exif/${name}` : `exif/${name}/${hexName(tag)}` })
  }
  const read64 = (offset: number): number => Number(view.getBigUint64(offset, littleEndian))
  const layout = bigTiff
    ? { first: read64(8), entry: 20, inline: 8, countAt: 4, valueAt: 12, head: 8 }
    : { first: read32(4), entry: 12, inline: 4, countAt: 4, valueAt: 8, head: 2 }
  const readOffset = (at: number): number => (bigTiff ? read64(at) : read32(at))

  const directories: Directory[] = []
  const pending: Pending[] = [{ name: "image", offset: layout.first, depth: 0 }]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { name, offset, depth } = next
    if (offset < 8 || offset + layout.head > block.length) {
      report("bad-entry", name)
      continue
    }
    const visited = directories.some((before) => before.offset === offset)
    if (visited || directories.length >= maxDirectories || depth > maxDepth) {
      report(visited ? "bad-entry" : "too-deep", name)
      continue
    }
    const directory = readDirectory(name, offset, depth)
    directories.push(directory)
    if (firstOnly) break
  }
  return { littleEndian, bigTiff, directories, issues }

  function readDirectory(name: DirectoryName, offset: number, depth: number): Directory {
    const claimed = bigTiff ? read64(offset) : read16(offset)
    const fitting = Math.floor((block.length - offset - layout.head) / layout.entry)
    const count = Math.min(claimed, fitting, limits.maxDirectoryEntries)
    if (count < claimed) report(count === fitting ? "truncated" : "too-large", name)
    const entries: DirectoryEntry[] = []
    // Tags ascend (TIFF 6.0 section 2); only where they do not may one come twice.
    let highest = -1
    for (let i = 0; i < count; i++) {
      const entry = readEntry(offset + layout.head + i * layout.entry, name)
      if (entry === undefined) continue
      if (entry.tag <= highest && entries.some(({ tag }) => tag === entry.tag)) {
        report("bad-entry", name, entry.tag)
        continue
      }
      highest = Math.max(highest, entry.tag)
      entries.push(entry)
      const target = pointedBy(entry.tag)
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
    const tag = read16(offset)
    const type = read16(offset + 2)
    const count = readOffset(offset + layout.countAt)
    const size = sizeOf(type)
    const valueLength = size * count
    const valueOffset = valueLength <= layout.inline ? offset + layout.valueAt : readOffset(offset + layout.valueAt)
    if (size === 0 || valueOffset + valueLength > block.length) {
      if (tag !== 0 || type !== 0) report("bad-entry", name, tag)
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
      pending.push({ name, offset: width === 8 ? read64(at) : read32(at), depth: depth + 1 })
    }
  }
}

/** What stands for the name of a tag that has none. */
export function hexName(tag: number): string {
  return `0x${tag.toString(16).padStart(4, "0")}`
}
