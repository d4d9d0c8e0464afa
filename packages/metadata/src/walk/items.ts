import { concatBytes, latin1, u16, u8, uintBe, u32 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import type { Limits } from "../limits.ts"
import type { Part } from "./part.ts"

/** A stretch of the file. */
export interface Extent {
  readonly offset: number
  readonly length: number
}

/** An item of a HEIF file (ISO/IEC 23008-12): a picture, a tile, an EXIF block. */
export interface Item {
  readonly id: number
  /** Four letters, such as `hvc1`, `av01`, `grid`, `Exif`, `mime`. */
  readonly type: string
  /** Of a `mime` item, such as `application/rdf+xml`. */
  readonly contentType: string
  /** Where the four letters of `type` stand in the file, and where its entry ends. */
  readonly typeOffset: number
  readonly entryEnd: number
  readonly extents: readonly Extent[]
  /** An extent lies in a part of the file that is not there, or is found by a method that is not known. */
  readonly lost: boolean
}

/** Properties of items: boxes of `ipco` by their position, from 1 (23008-12 section 9.3). */
export interface Items {
  readonly primary: number | undefined
  readonly items: ReadonlyMap<number, Item>
  /** Indexes into `properties` by item. */
  readonly associations: ReadonlyMap<number, readonly number[]>
  readonly properties: readonly Part[]
  /** Pairs of a reference such as `thmb`, `auxl`, `cdsc`, `dimg`. */
  readonly references: readonly { readonly type: string; readonly from: number; readonly to: readonly number[] }[]
}

/**
 * Reads what `meta` says about items.
 * @throws MetadataError `METADATA_LIMIT_EXCEEDED` when there are more items or extents than allowed.
 */
export function readItems(bytes: Uint8Array, parts: readonly Part[], limits: Limits): Items {
  const box = (name: string): Part | undefined => parts.find((part) => part.name === name)
  const pitm = box("meta/pitm")
  const primary =
    pitm === undefined
      ? undefined
      : u8(bytes, pitm.dataOffset) === 0
        ? u16(bytes, pitm.dataOffset + 4)
        : u32(bytes, pitm.dataOffset + 4)
  const places = readLocations(bytes, box("meta/iloc"), box("meta/idat"), limits)
  return {
    primary,
    items: readEntries(bytes, box("meta/iinf"), places, limits),
    associations: readAssociations(bytes, box("meta/iprp/ipma"), limits),
    properties: parts.filter(({ name }) => name.startsWith("meta/iprp/ipco/")),
    references: readReferences(bytes, box("meta/iref"), limits),
  }
}

/** The bytes of an item; `undefined` when some are missing or there are more than `maxBytes`. */
export function itemBytes(bytes: Uint8Array, item: Item, maxBytes: number): Uint8Array | undefined {
  const length = item.extents.reduce((sum, extent) => sum + extent.length, 0)
  if (item.lost || length > maxBytes) return undefined
  const pieces = item.extents.map((extent) => bytes.subarray(extent.offset, extent.offset + extent.length))
  return pieces.length === 1 ? pieces[0] : concatBytes(pieces)
}

interface Place {
  readonly extents: readonly Extent[]
  readonly lost: boolean
}

function tooMany(): MetadataError {
  return new MetadataError("METADATA_LIMIT_EXCEEDED", "Cannot read items: too many items or extents")
}

/** 14496-12 section 8.11.3. */
function readLocations(
  bytes: Uint8Array,
  iloc: Part | undefined,
  idat: Part | undefined,
  limits: Limits,
): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>()
  if (iloc === undefined || iloc.dataLength < 8) return places
  const end = iloc.dataOffset + iloc.dataLength
  const version = u8(bytes, iloc.dataOffset)
  const sizes = u16(bytes, iloc.dataOffset + 4)
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const indexSize = version > 0 ? sizes & 15 : 0
  const wide = version < 2 ? 2 : 4
  let at = iloc.dataOffset + 6
  const take = (length: number): number => {
    const value = uintBe(bytes, at, length)
    at += length
    return value
  }
  const count = take(wide)
  let total = 0
  for (let i = 0; i < count && at < end; i++) {
    const id = take(wide)
    const method = version > 0 ? take(2) & 15 : 0
    take(2)
    const base = take(baseSize)
    const extentCount = take(2)
    // An item without extents still counts, and zero-sized fields cannot make the file longer than it is.
    total += Math.max(1, extentCount)
    if (total > limits.maxItems) throw tooMany()
    const extents: Extent[] = []
    let lost = method > 1 || (method === 1 && idat === undefined)
    for (let e = 0; e < extentCount && at < end; e++) {
      take(indexSize)
      const start = base + take(offsetSize) + (method === 1 ? (idat?.dataOffset ?? 0) : 0)
      const length = take(lengthSize)
      // A length of 0 means: to the end of the file.
      const extent = { offset: start, length: length === 0 ? Math.max(0, bytes.length - start) : length }
      if (extent.offset + extent.length > bytes.length) lost = true
      else extents.push(extent)
    }
    places.set(id, { extents, lost })
  }
  return places
}

/** 14496-12 section 8.11.6. */
function readEntries(
  bytes: Uint8Array,
  iinf: Part | undefined,
  places: ReadonlyMap<number, Place>,
  limits: Limits,
): ReadonlyMap<number, Item> {
  const items = new Map<number, Item>()
  if (iinf === undefined) return items
  const end = iinf.dataOffset + iinf.dataLength
  let at = iinf.dataOffset + (u8(bytes, iinf.dataOffset) === 0 ? 6 : 8)
  for (; at + 12 <= end; at += u32(bytes, at)) {
    const size = u32(bytes, at)
    if (size < 12 || at + size > end) break
    const version = u8(bytes, at + 8)
    if (version < 2) continue
    if (items.size >= limits.maxItems) throw tooMany()
    const wide = version === 2 ? 2 : 4
    const id = uintBe(bytes, at + 12, wide)
    const typeOffset = at + 12 + wide + 2
    const entryEnd = at + size
    const type = latin1(bytes, typeOffset, Math.min(4, Math.max(0, entryEnd - typeOffset)))
    const nameEnd = bytes.indexOf(0, typeOffset + 4)
    const contentEnd = nameEnd === -1 ? -1 : bytes.indexOf(0, nameEnd + 1)
    const contentType =
      type === "mime" && contentEnd !== -1 && nameEnd < entryEnd
        ? latin1(bytes, nameEnd + 1, Math.min(contentEnd, entryEnd) - nameEnd - 1)
        : ""
    const place = places.get(id) ?? { extents: [], lost: false }
    if (!items.has(id)) items.set(id, { id, type, contentType, typeOffset, entryEnd, ...place })
  }
  return items
}

/** 23008-12 section 9.3.2. */
function readAssociations(
  bytes: Uint8Array,
  ipma: Part | undefined,
  limits: Limits,
): ReadonlyMap<number, readonly number[]> {
  const associations = new Map<number, readonly number[]>()
  if (ipma === undefined) return associations
  const end = ipma.dataOffset + ipma.dataLength
  const wideId = u8(bytes, ipma.dataOffset) > 0
  const wideIndex = (u8(bytes, ipma.dataOffset + 3) & 1) === 1
  const count = u32(bytes, ipma.dataOffset + 4)
  let at = ipma.dataOffset + 8
  for (let i = 0; i < Math.min(count, limits.maxItems) && at + 3 <= end; i++) {
    const id = uintBe(bytes, at, wideId ? 4 : 2)
    at += wideId ? 4 : 2
    const indexes: number[] = []
    const entries = u8(bytes, at++)
    for (let e = 0; e < entries && at < end; e++) {
      indexes.push(wideIndex ? u16(bytes, at) & 0x7fff : u8(bytes, at) & 0x7f)
      at += wideIndex ? 2 : 1
    }
    associations.set(id, indexes)
  }
  return associations
}

/** 14496-12 section 8.11.12. */
function readReferences(bytes: Uint8Array, iref: Part | undefined, limits: Limits): Items["references"] {
  const references: { type: string; from: number; to: number[] }[] = []
  if (iref === undefined) return references
  const end = iref.dataOffset + iref.dataLength
  const wide = u8(bytes, iref.dataOffset) === 0 ? 2 : 4
  let total = 0
  for (let at = iref.dataOffset + 4; at + 8 + wide + 2 <= end; at += u32(bytes, at)) {
    const size = u32(bytes, at)
    if (size < 8 + wide + 2 || at + size > end) break
    const count = Math.min(u16(bytes, at + 8 + wide), Math.floor((size - 10 - wide) / wide))
    total += 1 + count
    if (total > limits.maxItems * 2) break
    const to = Array.from({ length: count }, (_, i) => uintBe(bytes, at + 10 + wide + i * wide, wide))
    references.push({ type: latin1(bytes, at + 4, 4), from: uintBe(bytes, at + 8, wide), to })
  }
  return references
}
