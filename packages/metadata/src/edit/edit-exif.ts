import { u16, u16le, u32, u32le } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { dataExtents } from "../exif/claimed-extents.ts"
import type { Limits } from "../limits.ts"
import { sizeOf, walkDirectories, type Directories, type DirectoryEntry } from "../walk/directories.ts"
import type { ExifChanges } from "./exif-changes.ts"
import { ExifPlan, pointerTags } from "./exif-plan.ts"
import { layOutExif } from "./lay-out-exif.ts"

/**
 * Changes tags of an EXIF block (from the byte order mark on). Nothing moves that a maker note or an unknown tag may
 * point at: what does not fit in its old place is appended (docs/decisions/0016).
 * @param only - `existing`: changes tags where they stand and adds none, for a block that repeats another one.
 * @returns the very block when there is nothing to change
 * @throws MetadataError `METADATA_MALFORMED` when the block is broken so that a change would make it worse
 */
export function editExif(
  block: Uint8Array,
  changes: ExifChanges,
  limits: Limits,
  only: "all" | "existing" = "all",
): Uint8Array {
  const walked = walkSound(block, limits)
  const plan = planOf(block, walked, changes, only)
  if (!plan.changed) return block
  const result = layOutExif(block, plan, walked, endOfPreviews(block, walked), limits)
  checkGrowth(block, walked, result.length)
  // Fails closed: what the changes did not mean is as it was, and what they meant is there.
  const after = walkSound(result, limits)
  checkKept(block, walked, result, after, plan.touched)
  if (planOf(result, after, changes, only).changed) throw broken("a directory is lost")
  return result
}

function walkSound(block: Uint8Array, limits: Limits): Directories {
  const walked = walkDirectories(block, limits)
  if (walked === undefined) throw broken("there is no header")
  checkSound(block, walked, limits)
  return walked
}

function planOf(
  block: Uint8Array,
  walked: Directories,
  { tags, dropGps }: ExifChanges,
  only: "all" | "existing",
): ExifPlan {
  const plan = new ExifPlan(block, walked)
  for (const change of tags) plan.apply(only === "existing" ? { ...change, twin: true } : change)
  if (dropGps) plan.dropGps()
  return plan
}

/** A block without a tag, for a file that has none. */
export function emptyExif(): Uint8Array {
  // TIFF 6.0 section 2: big-endian, 42, the first directory at 8; no entry, none to follow.
  return Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0)
}

function broken(why: string): MetadataError {
  return new MetadataError("METADATA_MALFORMED", `Cannot edit file: ${why} in its EXIF`)
}

/** Directories that are whole, so that what is kept of them is all of them. */
function checkSound(block: Uint8Array, { directories, bigTiff, littleEndian }: Directories, limits: Limits): void {
  if (bigTiff) throw broken("BigTIFF stands")
  if (directories[0]?.name !== "image") throw broken("there is no directory")
  const [read16, read32] = littleEndian ? [u16le, u32le] : [u16, u32]
  for (const { offset, entries } of directories) {
    const count = read16(block, offset)
    if (count > limits.maxDirectoryEntries || offset + 2 + count * 12 > block.length) throw broken("a directory is cut")
    for (const { tag, type, count: values, valueOffset } of entries) {
      if (tag !== pointerTags.photo && tag !== pointerTags.gps) continue
      const target = read32(block, valueOffset)
      if (![4, 9, 13].includes(type) || values !== 1 || !directories.some((found) => found.offset === target))
        throw broken("a directory is lost")
    }
  }
}

/** A preview that is cut is a common thing: what it lacks stays zeros, up to this many. */
const maxMissing = 4096

/** The end of the block, or of a preview that is said to reach beyond it. */
function endOfPreviews(block: Uint8Array, { directories, littleEndian }: Directories): number {
  const ends = directories
    .flatMap(({ entries }) => dataExtents(block, entries, littleEndian))
    .map(({ offset, length }) => offset + length)
    .filter((end) => end > block.length)
  const end = Math.max(block.length, ...ends)
  if (end - block.length > maxMissing) throw broken("a preview is cut")
  return end
}

/** Values that reached beyond the old end must not begin to reach into what was appended. */
function checkGrowth(block: Uint8Array, { directories, littleEndian }: Directories, end: number): void {
  if (end === block.length) return
  const [read16, read32] = littleEndian ? [u16le, u32le] : [u16, u32]
  for (const { offset } of directories)
    for (let at = offset + 2; at < offset + 2 + read16(block, offset) * 12; at += 12) {
      const length = sizeOf(read16(block, at + 2)) * read32(block, at + 4)
      const start = read32(block, at + 8)
      if (length > 4 && start < end && start + length > block.length) throw broken("a value is cut")
    }
}

/**
 * What no change meant says what it said, of the same bytes, and nothing is found that was not there, such as in a directory
 * that was said to lie beyond the old end.
 */
function checkKept(
  block: Uint8Array,
  before: Directories,
  result: Uint8Array,
  after: Directories,
  touched: ReadonlySet<string>,
): void {
  const [old, renewed] = [untouched(before, touched), untouched(after, touched)]
  if (!includes(renewed, result, old, block) || !includes(old, block, renewed, result))
    throw broken("two things stand in one place")
}

/** Entries by directory and tag, but those that were meant. */
function untouched(
  { directories }: Directories,
  touched: ReadonlySet<string>,
): ReadonlyMap<string, readonly DirectoryEntry[]> {
  const found = new Map<string, DirectoryEntry[]>()
  for (const { name, entries } of directories)
    for (const entry of entries) {
      const key = `${name}/${entry.tag}`
      const isPointer = entry.tag === pointerTags.photo || entry.tag === pointerTags.gps
      if (touched.has(name) || touched.has(key) || isPointer) continue
      const list = found.get(key)
      if (list === undefined) found.set(key, [entry])
      else list.push(entry)
    }
  return found
}

function includes(
  entries: ReturnType<typeof untouched>,
  block: Uint8Array,
  wanted: ReturnType<typeof untouched>,
  from: Uint8Array,
): boolean {
  for (const [key, list] of wanted)
    for (const { type, count, valueOffset, valueLength } of list) {
      const value = from.subarray(valueOffset, valueOffset + valueLength)
      const same = entries
        .get(key)
        ?.some(
          (entry) =>
            entry.type === type &&
            entry.count === count &&
            value.every((byte, i) => byte === block[entry.valueOffset + i]),
        )
      if (same !== true) return false
    }
  return true
}
