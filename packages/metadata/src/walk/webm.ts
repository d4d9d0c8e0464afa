import { u8, uintBe } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { PartList, type PartKind, type Walk } from "./part.ts"

interface Element {
  readonly name: string
  readonly kind: PartKind
  /** Its children are walked. */
  readonly master?: boolean
}

/** Elements of RFC 9559 by their identifier, marker bits included. */
const elements: Readonly<Record<number, Element>> = {
  0x1a45dfa3: { name: "EBML", kind: "structure" },
  0x18538067: { name: "Segment", kind: "structure", master: true },
  0x114d9b74: { name: "SeekHead", kind: "structure" },
  0x1549a966: { name: "Info", kind: "structure", master: true },
  0x2ad7b1: { name: "TimestampScale", kind: "structure" },
  0x4489: { name: "Duration", kind: "structure" },
  0x4461: { name: "DateUTC", kind: "time" },
  0x7ba9: { name: "Title", kind: "text" },
  0x4d80: { name: "MuxingApp", kind: "text" },
  0x5741: { name: "WritingApp", kind: "text" },
  0x73a4: { name: "SegmentUUID", kind: "text" },
  0x7384: { name: "SegmentFilename", kind: "text" },
  0x3cb923: { name: "PrevUUID", kind: "text" },
  0x3c83ab: { name: "PrevFilename", kind: "text" },
  0x3eb923: { name: "NextUUID", kind: "text" },
  0x3e83bb: { name: "NextFilename", kind: "text" },
  0x4444: { name: "SegmentFamily", kind: "text" },
  0x1654ae6b: { name: "Tracks", kind: "structure", master: true },
  0xae: { name: "TrackEntry", kind: "structure", master: true },
  0x536e: { name: "Name", kind: "text" },
  0x258688: { name: "CodecName", kind: "text" },
  0x83: { name: "TrackType", kind: "structure" },
  0xe0: { name: "Video", kind: "structure", master: true },
  0xb0: { name: "PixelWidth", kind: "structure" },
  0xba: { name: "PixelHeight", kind: "structure" },
  0x1f43b675: { name: "Cluster", kind: "image", master: true },
  0xa3: { name: "SimpleBlock", kind: "image" },
  0xa0: { name: "BlockGroup", kind: "image" },
  0xaf: { name: "EncryptedBlock", kind: "image" },
  0xe7: { name: "Timestamp", kind: "image" },
  0xa7: { name: "Position", kind: "image" },
  0xab: { name: "PrevSize", kind: "image" },
  0x1c53bb6b: { name: "Cues", kind: "structure" },
  0x1254c367: { name: "Tags", kind: "application" },
  0x1941a469: { name: "Attachments", kind: "application" },
  0x1043a770: { name: "Chapters", kind: "application" },
  0xec: { name: "Void", kind: "padding" },
  0xbf: { name: "CRC-32", kind: "structure" },
}

/** Children of `TrackEntry`, `Video` and the like that players need and that hold no free text. */
const structural: readonly string[] = ["Segment/Tracks/TrackEntry", "Segment/Tracks/TrackEntry/Video"]

interface Level {
  readonly path: string
  readonly end: number
  /** An element of unknown size ends where an element of its parent's level begins (RFC 8794 section 6.2). */
  readonly open: boolean
}

/** Walks a WebM or Matroska clip (RFC 8794, RFC 9559). Names are paths, such as `Segment/Info/DateUTC`. */
export function walkWebm(bytes: Uint8Array, limits: Limits): Walk {
  const list = new PartList(limits)
  const levels: Level[] = [{ path: "", end: bytes.length, open: false }]
  let at = 0
  while (levels.length > 0) {
    const level = levels.at(-1) as Level
    if (at >= level.end) {
      levels.pop()
      continue
    }
    const header = elementHeader(bytes, at, level.end)
    const element = header === undefined ? undefined : elements[header.id]
    if (header === undefined) {
      list.cut(level.path || "element")
      list.add("junk", "cut", at, level.end - at)
      at = level.end
      continue
    }
    if (level.open && element?.name === level.path.slice(level.path.lastIndexOf("/") + 1)) {
      levels.pop()
      continue
    }
    if (level.open && level.path === "Segment/Cluster" && topLevel(element)) {
      levels.pop()
      continue
    }
    const name = element?.name ?? "element"
    const path = level.path === "" ? name : `${level.path}/${name}`
    const { dataOffset, end, open } = header
    if (element?.master === true && levels.length < limits.maxDepth) {
      list.add(element.kind, path, at, dataOffset - at, dataOffset - at)
      levels.push({ path, end, open })
      at = dataOffset
      continue
    }
    const kind = element?.kind ?? (structural.includes(level.path) ? "structure" : "unknown")
    list.add(kind, path, at, end - at, dataOffset - at)
    at = end
  }
  return list
}

function topLevel(element: Element | undefined): boolean {
  return ["Cues", "Tags", "Attachments", "Chapters", "SeekHead", "Info", "Tracks"].includes(element?.name ?? "")
}

interface ElementHeader {
  readonly id: number
  readonly dataOffset: number
  readonly end: number
  readonly open: boolean
}

function elementHeader(bytes: Uint8Array, at: number, limit: number): ElementHeader | undefined {
  const idLength = Math.clz32(u8(bytes, at)) - 23
  if (idLength > 4 || at + idLength >= limit) return undefined
  const sizeAt = at + idLength
  const sizeLength = Math.clz32(u8(bytes, sizeAt)) - 23
  if (sizeLength > 8 || sizeAt + sizeLength > limit) return undefined
  // Without its marker bit, so that eight bytes keep all their digits; all ones means unknown (RFC 8794 section 6.2).
  const first = u8(bytes, sizeAt) ^ (1 << (8 - sizeLength))
  const raw = first * 256 ** (sizeLength - 1) + uintBe(bytes, sizeAt + 1, sizeLength - 1)
  const dataOffset = sizeAt + sizeLength
  const open = raw >= 2 ** (7 * sizeLength) - 1
  const end = open ? limit : dataOffset + raw
  if (end > limit) return undefined
  return { id: uintBe(bytes, at, idLength), dataOffset, end, open }
}
