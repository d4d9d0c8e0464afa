import { ascii, u16, u32, u8 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import { walkHeif } from "../walk/heif.ts"
import { readItems, type Extent, type Item, type Items } from "../walk/items.ts"
import type { Part, Walk } from "../walk/part.ts"
import { blankHandler, freeBox, mediaData } from "./boxes.ts"
import type { Edits } from "./edits.ts"
import { planHeifLocation } from "./location/heif.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"
import { planTracks } from "./tracks.ts"
import { uncovered } from "./uncovered.ts"

/** HEIC and AVIF (ISO/IEC 23008-12), in place: the size and every offset stay; turns and colours are properties. */
export const heifScrubber: FormatScrubber = { names: ["heic", "avif"], walk: walkHeif, plan: planHeif }

/** Items that are pictures, or put together from pictures. */
const pictures = new Set("hvc1 hev1 hvt1 lhv1 av01 avc1 svc1 vvc1 evc1 jpeg j2k1 unci grid iovl iden tmap".split(" "))
/** Items that hold what an application likes. */
const metadata = new Set(["Exif", "mime", "uri ", "skip"])
/** Boxes that a file has once; a second would be another truth for another reader. */
const single = ["meta", "meta/iinf", "meta/iloc", "meta/iref", "meta/idat", "meta/pitm", "meta/iprp/ipco"]

function planHeif(bytes: Uint8Array, walk: Walk, edits: Edits, context: ScrubContext): void {
  const { parts } = walk
  const twice = single.some((name) => parts.filter((part) => part.name === name).length > 1)
  if (!walk.complete || twice) throw malformed("a box is cut short, or there twice")
  if (!parts.some(({ name }) => name === "meta/iinf" || name === "moov")) throw malformed("it holds no picture")
  const found = readItems(bytes, parts, context.limits)
  checkItems(bytes, parts, found)
  const { samples, dropped } = planTracks(bytes, parts, edits, context)
  planBoxes(
    bytes,
    parts.filter((part) => !dropped.has(part)),
    found,
    edits,
    context,
  )
  const kept = planItems(bytes, found, edits, context)
  if (samples === undefined) return
  // What no item and no sample claims may be what an item held before; so it goes, with the data of items that went.
  for (const gap of uncovered(mediaData(bytes, parts), [...kept, ...samples]))
    if (edits.blank(gap)) edits.note("junk", "mdat", gap.length)
}

function malformed(why: string): MetadataError {
  return new MetadataError("METADATA_MALFORMED", `Cannot scrub heic or avif: ${why}`)
}

/** Also of a kind that is not known here: a size in pixels is what every picture has and nothing else (23008-12, 6.5.3). */
function isPicture({ id, type }: Item, { associations, properties }: Items): boolean {
  if (pictures.has(type)) return true
  if (metadata.has(type)) return false
  return associations.get(id)?.some((index) => properties[index - 1]?.name === "meta/iprp/ipco/ispe") ?? false
}

function checkItems(bytes: Uint8Array, parts: readonly Part[], found: Items): void {
  const { items, primary } = found
  const iinf = parts.find(({ name }) => name === "meta/iinf")
  if (iinf === undefined) return
  const count = u8(bytes, iinf.dataOffset) === 0 ? u16(bytes, iinf.dataOffset + 4) : u32(bytes, iinf.dataOffset + 4)
  if (count !== items.size) throw malformed("not all its items can be read")
  if ([...items.values()].some(({ lost }) => lost)) throw malformed("an item lies outside, or where it is not known")
  const first = primary === undefined ? undefined : items.get(primary)
  if (first === undefined || !isPicture(first, found)) throw malformed("its first picture is none")
}

/** Zeros, frees and notes the boxes around the items. */
function planBoxes(
  bytes: Uint8Array,
  parts: readonly Part[],
  items: Items,
  edits: Edits,
  { policy }: ScrubContext,
): void {
  const freed = new Set<number>()
  for (const part of parts) {
    if (part.kind === "padding") {
      if (edits.blank({ offset: part.dataOffset, length: part.dataLength }))
        edits.note(part.kind, part.name, part.length)
    } else if (part.name === "meta/hdlr" && policy !== "gps-only") blankHandler(part, edits)
    else if (["c2pa", "xmp", "application", "unknown"].includes(part.kind)) {
      if (part.name.startsWith("meta/iprp/ipco/")) freed.add(items.properties.indexOf(part) + 1)
      freeBox(part, edits)
    } else if (part.kind === "icc" || part.kind === "colour") edits.keep(part.kind, "colr")
    else if (/irot|imir/u.test(part.name)) edits.keep("orientation", part.name.slice(-4))
  }
  for (const { type } of items.references) if (type === "thmb") edits.keep("thumbnail", "thmb")
  if (freed.size > 0) unassociate(bytes, parts, freed, edits)
}

/** Points associations with freed properties at property 0, which is none (23008-12 section 9.3.1). */
function unassociate(bytes: Uint8Array, parts: readonly Part[], freed: ReadonlySet<number>, edits: Edits): void {
  for (const ipma of parts.filter(({ name }) => name === "meta/iprp/ipma")) {
    const end = ipma.dataOffset + ipma.dataLength
    const idLength = u8(bytes, ipma.dataOffset) > 0 ? 4 : 2
    const width = u8(bytes, ipma.dataOffset + 3) & 1 ? 2 : 1
    let at = ipma.dataOffset + 8
    for (let left = u32(bytes, ipma.dataOffset + 4); left > 0 && at < end; left--) {
      const count = u8(bytes, at + idLength)
      at += idLength + 1
      for (let i = 0; i < count && at < end; i++, at += width) {
        const index = width === 2 ? u16(bytes, at) & 0x7fff : u8(bytes, at) & 0x7f
        if (freed.has(index)) edits.blank({ offset: at, length: width })
      }
    }
  }
}

/** Returns where the data of the items lies that stay. */
function planItems(bytes: Uint8Array, found: Items, edits: Edits, context: ScrubContext): readonly Extent[] {
  const kept: Extent[] = []
  const gone: Extent[] = []
  for (const item of found.items.values()) {
    const length = item.extents.reduce((sum, extent) => sum + extent.length, 0)
    if (isPicture(item, found)) {
      kept.push(...item.extents)
      if (context.policy !== "gps-only") blankName(item, edits)
    } else if (context.policy === "gps-only" && planHeifLocation(bytes, item, edits, context))
      kept.push(...item.extents)
    else {
      gone.push(...item.extents)
      if (item.type === "skip") continue
      edits.replace({ offset: item.typeOffset, length: 4 }, ascii("skip"))
      edits.blank({ offset: item.typeOffset + 4, length: item.entryEnd - item.typeOffset - 4 })
      edits.note(item.type === "Exif" ? "exif" : item.type === "mime" ? "xmp" : "application", item.type.trim(), length)
    }
  }
  checkApart(gone, kept)
  return kept
}

/** The name of an item is free text; zeros are an empty name. */
function blankName({ typeOffset, entryEnd }: Item, edits: Edits): void {
  const length = entryEnd - typeOffset - 4
  if (edits.blank({ offset: typeOffset + 4, length })) edits.note("text", "meta/iinf", length)
}

/** @throws MetadataError `METADATA_MALFORMED` when bytes that must go are bytes that must stay. */
function checkApart(gone: readonly Extent[], kept: readonly Extent[]): void {
  const left = uncovered(gone, kept)
  const total = (extents: readonly Extent[]): number => extents.reduce((sum, { length }) => sum + length, 0)
  if (total(left) !== total(gone)) throw malformed("its items overlap")
}
