import { u16, u16le, u32, u32le } from "../bytes.ts"
import type { Directories, DirectoryEntry } from "../walk/directories.ts"
import type { Extent } from "../walk/items.ts"

/** Pairs of tags that point at data outside the values: strips, tiles, a JPEG. */
const pointers: readonly (readonly [offsets: number, lengths: number])[] = [
  [0x0111, 0x0117],
  [0x0144, 0x0145],
  [0x0201, 0x0202],
]

/** What of an EXIF block belongs to its header, its directories, their values, and to what these point at. */
export function claimedExtents(block: Uint8Array, { directories, littleEndian }: Directories): readonly Extent[] {
  const read16 = littleEndian ? u16le : u16
  const claimed: Extent[] = [{ offset: 0, length: 8 }]
  for (const { offset, entries } of directories) {
    claimed.push({ offset, length: Math.min(2 + read16(block, offset) * 12 + 4, block.length - offset) })
    for (const entry of entries) claimed.push({ offset: entry.valueOffset, length: entry.valueLength })
    claimed.push(...dataExtents(block, entries, littleEndian))
  }
  return claimed
}

/** The pictures that a directory points at; of a broken one they may reach beyond the block. */
export function dataExtents(
  block: Uint8Array,
  entries: readonly DirectoryEntry[],
  littleEndian: boolean,
): readonly Extent[] {
  return pointers.flatMap(([offsets, lengths]) => pointedAt(block, entries, offsets, lengths, littleEndian))
}

/** The preview of a directory (tags 0201 and 0202). */
export function previewExtent(
  block: Uint8Array,
  entries: readonly DirectoryEntry[],
  littleEndian: boolean,
): Extent | undefined {
  return pointedAt(block, entries, 0x0201, 0x0202, littleEndian)[0]
}

function pointedAt(
  block: Uint8Array,
  entries: readonly DirectoryEntry[],
  offsetsTag: number,
  lengthsTag: number,
  littleEndian: boolean,
): readonly Extent[] {
  const numbers = (tag: number): readonly number[] => {
    const entry = entries.find((found) => found.tag === tag)
    if (entry === undefined || (entry.type !== 3 && entry.type !== 4)) return []
    const [width, read] = entry.type === 3 ? [2, littleEndian ? u16le : u16] : [4, littleEndian ? u32le : u32]
    return Array.from({ length: Math.min(entry.count, 4096) }, (_, i) => read(block, entry.valueOffset + i * width))
  }
  const lengths = numbers(lengthsTag)
  return numbers(offsetsTag).map((offset, i) => ({ offset, length: lengths[i] ?? 0 }))
}
