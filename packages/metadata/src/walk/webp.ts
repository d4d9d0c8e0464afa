import { latin1, u32le } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { PartList, type PartKind, type Walk } from "./part.ts"

const kinds: Readonly<Record<string, PartKind>> = {
  "VP8 ": "image",
  VP8L: "image",
  ALPH: "image",
  ANMF: "animation",
  ANIM: "animation",
  VP8X: "structure",
  ICCP: "icc",
  EXIF: "exif",
  "XMP ": "xmp",
  C2PA: "c2pa",
}

/**
 * Walks the chunks of a WebP (RFC 9649). The RIFF size counts where it fits the file; else the chunks are followed to the
 * end of the file. Bytes after it are `trailer`. A frame (`ANMF`) is one part; `walkWebpFrame` looks inside.
 */
export function walkWebp(bytes: Uint8Array, limits: Limits): Walk {
  const list = new PartList(limits)
  const claimed = 8 + u32le(bytes, 4)
  const end = claimed >= 12 && claimed <= bytes.length ? claimed : bytes.length
  if (end !== claimed) list.report("bad-structure", "RIFF")
  list.add("structure", "RIFF", 0, 12)
  walkChunks(bytes, 12, end, list)
  if (end < bytes.length) list.add("trailer", "trailer", end, bytes.length - end)
  return list
}

/** Walks the chunks within one frame, past its 16 bytes of position and duration (RFC 9649 section 2.7.1.1). */
export function walkWebpFrame(bytes: Uint8Array, from: number, end: number, limits: Limits): Walk {
  const list = new PartList(limits)
  walkChunks(bytes, from, end, list)
  return list
}

function walkChunks(bytes: Uint8Array, from: number, end: number, list: PartList): void {
  let at = from
  while (at + 8 <= end) {
    const name = latin1(bytes, at, 4)
    const length = u32le(bytes, at + 4)
    if (at + 8 + length > end) {
      list.cut(Object.hasOwn(kinds, name) ? name.trim() : "chunk")
      list.add("junk", "cut", at, end - at)
      return
    }
    // Odd payloads are followed by one byte of padding, which some writers leave out at the very end.
    const next = Math.min(at + 8 + length + (length & 1), end)
    add(list, name, at, next, length)
    at = next
  }
  if (at < end) list.add("junk", "junk", at, end - at)
}

function add(list: PartList, name: string, at: number, next: number, length: number): void {
  const kind = Object.hasOwn(kinds, name) ? (kinds[name] ?? "unknown") : "unknown"
  list.add(kind, name.trim(), at, next - at, 8)
  const part = list.parts.at(-1)
  if (part !== undefined && part.count === 1 && part.dataLength > length)
    list.parts[list.parts.length - 1] = { ...part, dataLength: length }
}
