import { u16, u16le } from "../bytes.ts"
import { claimedExtents } from "../exif/claimed-extents.ts"
import type { Limits } from "../limits.ts"
import { uncovered } from "../scrub/uncovered.ts"
import { walkDirectories, type Directories } from "../walk/directories.ts"
import type { Extent } from "../walk/items.ts"
import { pointerTags, type ExifPlan } from "./exif-plan.ts"

type PlannedDirectory = ExifPlan["directories"][number]

/**
 * Writes a plan. A value goes to the place of the old one when it fits there and nothing else claims that place, else to
 * the end; a directory that grew goes to the end whole. What is left behind becomes zeros, unless something claims it.
 * @param from - Where the end is, at or behind the block's own; zeros stand between.
 */
export function layOutExif(
  block: Uint8Array,
  { directories }: ExifPlan,
  walked: Directories,
  from: number,
  limits: Limits,
): Uint8Array<ArrayBuffer> {
  const { littleEndian } = walked
  const claimed = claimedExtents(block, walked)
  const writes: { readonly offset: number; readonly bytes: Uint8Array }[] = []
  const places = new Map<PlannedDirectory["name"], number>()
  let end = from
  const append = (bytes: Uint8Array): number => {
    // TIFF 6.0 section 2: values and directories begin at even offsets.
    const offset = end + (end % 2)
    writes.push({ offset, bytes })
    end = offset + bytes.length
    return offset
  }
  // The image's directory, which is the first, points at the others.
  for (const directory of directories.toReversed()) {
    const pointsElsewhere = directory.name === "image" && places.size > 0
    if (!directory.changed && !pointsElsewhere) continue
    const bytes = encodeDirectory(directory)
    const { offset } = directory
    const room = offset === undefined ? undefined : { offset, length: lengthAt(block, offset, littleEndian) }
    // Cameras have been seen to let a value reach into the directory that follows: then it is left, for the value.
    if (room !== undefined && bytes.length <= room.length && !claimed.some((other) => crosses(other, room)))
      writes.push({ offset: room.offset, bytes })
    else places.set(directory.name, append(bytes))
  }
  const moved = places.get("image")
  if (moved !== undefined) {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, moved, littleEndian)
    writes.push({ offset: 4, bytes })
  }
  const result = new Uint8Array(end === from ? block.length : end)
  result.set(block)
  for (const { offset, bytes } of writes) result.set(bytes, offset)
  blankUnclaimed(result, block.length, claimed, limits)
  return result

  function encodeDirectory({ name, entries, next }: PlannedDirectory): Uint8Array {
    const bytes = new Uint8Array(2 + entries.length * 12 + 4)
    const view = new DataView(bytes.buffer)
    view.setUint16(0, entries.length, littleEndian)
    entries.forEach(({ tag, old, value, room }, i) => {
      const at = 2 + i * 12
      if (value === undefined && old !== undefined) bytes.set(old, at)
      else if (value !== undefined) {
        view.setUint16(at, tag, littleEndian)
        view.setUint16(at + 2, value.type, littleEndian)
        view.setUint32(at + 4, value.count, littleEndian)
        if (value.bytes.length <= 4) bytes.set(value.bytes, at + 8)
        else view.setUint32(at + 8, place(value.bytes, room), littleEndian)
      }
      const target = name !== "image" ? undefined : places.get(tag === pointerTags.photo ? "photo" : "gps")
      if (target !== undefined && (tag === pointerTags.photo || tag === pointerTags.gps))
        view.setUint32(at + 8, target, littleEndian)
    })
    bytes.set(next, 2 + entries.length * 12)
    const thumbnail = name === "image" ? places.get("thumbnail") : undefined
    if (thumbnail !== undefined) view.setUint32(2 + entries.length * 12, thumbnail, littleEndian)
    return bytes
  }

  function place(bytes: Uint8Array, room: Extent | undefined): number {
    if (room === undefined || bytes.length > room.length || claimed.filter((other) => meets(other, room)).length > 1)
      return append(bytes)
    const whole = new Uint8Array(room.length)
    whole.set(bytes)
    writes.push({ offset: room.offset, bytes: whole })
    return room.offset
  }
}

function lengthAt(block: Uint8Array, offset: number, littleEndian: boolean): number {
  return 2 + (littleEndian ? u16le : u16)(block, offset) * 12 + 4
}

function meets(a: Extent, b: Extent): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length
}

/** Whether a begins before b and ends within it, or the other way round. Short values stand within their directory. */
function crosses(a: Extent, b: Extent): boolean {
  return meets(a, b) && (a.offset < b.offset || a.offset + a.length > b.offset + b.length)
}

function blankUnclaimed(result: Uint8Array, length: number, claimed: readonly Extent[], limits: Limits): void {
  const after = walkDirectories(result, limits)
  if (after === undefined) return
  const before = claimed.map((extent) => ({
    offset: extent.offset,
    length: Math.max(0, Math.min(extent.length, length - extent.offset)),
  }))
  for (const gap of uncovered(before, claimedExtents(result, after)))
    result.fill(0, gap.offset, gap.offset + gap.length)
}
