import { u16, u16le } from "../../bytes.ts"
import { claimedExtents, previewExtent } from "../../exif/claimed-extents.ts"
import type { Limits } from "../../limits.ts"
import { walkDirectories, type Directory } from "../../walk/directories.ts"
import { walkJpeg } from "../../walk/jpeg.ts"
import { uncovered } from "../uncovered.ts"

/**
 * Entries that say where, or that may in a way that only their maker knows: GPS directory, maker note, user comment,
 * blocks of XMP, IPTC and Photoshop within EXIF, private data of DNG.
 */
const located = new Set([0x8825, 0x927c, 0x9286, 0x02bc, 0x83bb, 0x8649, 0xc634])
/**
 * The EXIF block (from the byte order mark on) without its location, at the same size: no other offset moves. What no
 * directory claims becomes zero, so that nothing of what went is left. `undefined` when the block is not sound.
 */
export function exifWithoutLocation(block: Uint8Array, limits: Limits): Uint8Array<ArrayBuffer> | undefined {
  const result = block.slice()
  const before = walkDirectories(result, limits)
  if (before === undefined || before.bigTiff || before.directories.length === 0) return undefined
  const { littleEndian } = before
  const read16 = littleEndian ? u16le : u16
  for (const directory of before.directories) {
    if (directory.name === "gps") continue
    // A directory that does not fit, or is longer than is looked at, may hide what it likes.
    const count = read16(result, directory.offset)
    if (directory.offset + 2 + count * 12 > result.length || count > limits.maxDirectoryEntries) return undefined
    const goes = new Set(located)
    if (!cleanThumbnail(result, directory, littleEndian, limits)) for (const tag of [0x0201, 0x0202]) goes.add(tag)
    removeEntries(result, directory.offset, count, goes, littleEndian)
  }
  const after = walkDirectories(result, limits)
  if (after === undefined || after.directories.some(({ name }) => name === "gps")) return undefined
  const kept = claimedExtents(result, after)
  for (const { offset, length } of uncovered([{ offset: 0, length: result.length }], kept))
    result.fill(0, offset, offset + length)
  return result
}

/** Moves the entries that stay, and the offset of the next directory, over those that go. */
function removeEntries(
  block: Uint8Array,
  offset: number,
  count: number,
  goes: ReadonlySet<number>,
  littleEndian: boolean,
): void {
  const read16 = littleEndian ? u16le : u16
  const end = offset + 2 + count * 12
  let to = offset + 2
  for (let at = offset + 2; at < end; at += 12) {
    if (goes.has(read16(block, at))) continue
    if (to !== at) block.copyWithin(to, at, at + 12)
    to += 12
  }
  if (to === end) return
  const left = (to - offset - 2) / 12
  block[offset] = littleEndian ? left & 0xff : left >> 8
  block[offset + 1] = littleEndian ? left >> 8 : left & 0xff
  const next = Math.min(4, Math.max(0, block.length - end))
  block.copyWithin(to, end, end + next)
  block.fill(0, to + next, end + next)
}

/** Whether the preview, which is a JPEG of its own, holds nothing but a picture. */
function cleanThumbnail(block: Uint8Array, { entries }: Directory, littleEndian: boolean, limits: Limits): boolean {
  const place = previewExtent(block, entries, littleEndian)
  if (place === undefined) return true
  const preview = block.subarray(place.offset, place.offset + place.length)
  if (preview[0] !== 0xff || preview[1] !== 0xd8) return preview.length === 0
  const plain = ["structure", "image", "icc", "colour", "padding"]
  return walkJpeg(preview, limits).parts.every(({ kind }) => plain.includes(kind))
}
