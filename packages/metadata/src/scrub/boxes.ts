import { ascii, latin1, u16, u32, u8, uintBe } from "../bytes.ts"
import type { Extent } from "../walk/items.ts"
import type { Part } from "../walk/part.ts"
import type { Edits } from "./edits.ts"

/** A box within a part that the walk took as one. */
export interface InnerBox {
  readonly type: string
  readonly offset: number
  readonly dataOffset: number
  readonly end: number
}

/** The boxes between two offsets, up to one that does not fit; at most 65,536. */
export function innerBoxes(bytes: Uint8Array, from: number, end: number): readonly InnerBox[] {
  const boxes: InnerBox[] = []
  for (let at = from; at + 8 <= end && boxes.length < 1 << 16;) {
    const small = u32(bytes, at)
    const header = small === 1 ? 16 : 8
    const size = small === 1 ? uintBe(bytes, at + 8, 8) : small === 0 ? end - at : small
    if (size < header || at + size > end) break
    boxes.push({ type: latin1(bytes, at + 4, 4), offset: at, dataOffset: at + header, end: at + size })
    at += size
  }
  return boxes
}

/** Makes a box free space of the same size (14496-12 section 8.1.2). */
export function freeBox(part: Part, edits: Edits): void {
  edits.replace({ offset: part.offset + 4, length: 4 }, ascii("free"))
  // Past size and type; a 64-bit size stands in the first 8 bytes after them, and a `uuid` has 16 more.
  const header = part.name.endsWith("uuid") ? part.dataOffset - 16 : part.dataOffset
  edits.blank({ offset: header, length: part.offset + part.length - header })
  edits.note(part.kind, part.name, part.length)
}

/** Zeros creation and modification time of `mvhd`, `tkhd`, `mdhd` (14496-12 sections 8.2.2, 8.3.2, 8.4.2). */
export function blankTimes(bytes: Uint8Array, part: Part, edits: Edits): void {
  const length = u8(bytes, part.dataOffset) === 1 ? 16 : 8
  if (part.dataLength < 4 + length) return
  if (edits.blank({ offset: part.dataOffset + 4, length })) edits.note("time", part.name, length)
}

/** Zeros the name of a handler, and the maker that QuickTime keeps in the reserved bytes before it (8.4.3). */
export function blankHandler(part: Part, edits: Edits): void {
  if (part.dataLength <= 12) return
  const length = part.dataLength - 12
  if (edits.blank({ offset: part.dataOffset + 12, length })) edits.note("text", part.name, length)
}

/** Zeros the encoder's maker and name in the sample entries of a track (8.5.2, 12.1.3). */
export function blankEncoders(bytes: Uint8Array, stbl: InnerBox, video: boolean, edits: Edits): void {
  const stsd = innerBoxes(bytes, stbl.dataOffset, stbl.end).find(({ type }) => type === "stsd")
  if (stsd === undefined) return
  for (const { dataOffset, end } of innerBoxes(bytes, stsd.dataOffset + 8, stsd.end)) {
    if (end - dataOffset < 28) continue
    let changed = edits.blank({ offset: dataOffset + 12, length: 4 })
    if (video && end - dataOffset >= 78) changed = edits.blank({ offset: dataOffset + 42, length: 32 }) || changed
    if (changed) edits.note("text", "moov/trak/mdia/minf/stbl/stsd", video ? 36 : 4)
  }
}

/** Hours of film; their places take some 16 MB. */
const maxChunks = 1 << 18

/**
 * Where the samples of a track lie (8.6 and 8.7), one stretch for each chunk; `undefined` when the tables do not say it
 * surely: broken, missing, or sound whose sample size is not in bytes (QuickTime).
 */
export function sampleExtents(bytes: Uint8Array, stbl: InnerBox, sound: boolean): readonly Extent[] | undefined {
  const tables = innerBoxes(bytes, stbl.dataOffset, stbl.end)
  const table = (type: string): InnerBox | undefined => tables.find((box) => box.type === type)
  const [stsc, stsz, stz2] = [table("stsc"), table("stsz"), table("stz2")]
  const offsets = table("stco") ?? table("co64")
  if (stsc === undefined || offsets === undefined || table("saio") !== undefined) return undefined
  const sizes = stsz ?? stz2
  if (sizes === undefined) return undefined
  const constant = stsz === undefined ? 0 : u32(bytes, stsz.dataOffset + 4)
  const count = u32(bytes, sizes.dataOffset + 8)
  const bits = stsz === undefined ? u8(bytes, sizes.dataOffset + 7) : 32
  if (constant === 0 && sizes.dataOffset + 12 + (count * bits) / 8 > sizes.end) return undefined
  if (constant > 0 && sound) return undefined
  const sizeOf = (sample: number): number => {
    const at = sizes.dataOffset + 12
    if (bits === 32) return u32(bytes, at + sample * 4)
    if (bits === 16) return u16(bytes, at + sample * 2)
    return bits === 8 ? u8(bytes, at + sample) : (u8(bytes, at + (sample >> 1)) >> (sample & 1 ? 0 : 4)) & 15
  }
  const width = offsets.type === "co64" ? 8 : 4
  const chunks = u32(bytes, offsets.dataOffset + 4)
  const runs = u32(bytes, stsc.dataOffset + 4)
  if (offsets.dataOffset + 8 + chunks * width > offsets.end || stsc.dataOffset + 8 + runs * 12 > stsc.end)
    return undefined
  if (chunks > maxChunks) return undefined
  const extents: Extent[] = []
  let [sample, run] = [0, -1]
  for (let chunk = 0; chunk < chunks && sample < count; chunk++) {
    while (run + 1 < runs && u32(bytes, stsc.dataOffset + 8 + (run + 1) * 12) <= chunk + 1) run++
    const perChunk = run < 0 ? 0 : u32(bytes, stsc.dataOffset + 12 + run * 12)
    const next = Math.min(sample + perChunk, count)
    let length = constant * (next - sample)
    if (constant === 0) for (let i = sample; i < next; i++) length += sizeOf(i)
    sample = next
    extents.push({ offset: uintBe(bytes, offsets.dataOffset + 8 + chunk * width, width), length })
  }
  return sample === count ? extents : undefined
}

/** The payloads of `mdat` and `idat`; neighbours that the walk took as one are told apart again. */
export function mediaData(bytes: Uint8Array, parts: readonly Part[]): readonly Extent[] {
  return parts
    .filter(({ name }) => name === "mdat" || name === "meta/idat")
    .flatMap(({ offset, length }) => innerBoxes(bytes, offset, offset + length))
    .map(({ dataOffset, end }) => ({ offset: dataOffset, length: end - dataOffset }))
}
