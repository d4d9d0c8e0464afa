import { latin1, u8 } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { PartList, type PartKind, type Walk } from "./part.ts"

/** Application extensions by identifier and authentication code (GIF89a section 26). */
const applications: Readonly<Record<string, PartKind>> = {
  "NETSCAPE2.0": "animation",
  "ANIMEXTS1.0": "animation",
  "XMP DataXMP": "xmp",
  ICCRGBG1012: "icc",
  "C2PA_GIF\u0001\0\0": "c2pa",
}

/** Walks the blocks of a GIF (GIF89a) to its trailer byte `3B`; what comes after is `trailer`. */
export function walkGif(bytes: Uint8Array, limits: Limits): Walk {
  const list = new PartList(limits)
  const flags = u8(bytes, 10)
  const start = 13 + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)
  if (start > bytes.length) {
    list.add("structure", "header", 0, bytes.length)
    list.cut("header")
    return list
  }
  list.add("structure", "header", 0, start)
  let at = start
  while (at < bytes.length) {
    const block = u8(bytes, at)
    if (block === 0x3b) {
      list.add("structure", "end", at, 1)
      if (at + 1 < bytes.length) list.add("trailer", "trailer", at + 1, bytes.length - at - 1)
      return list
    }
    const end = block === 0x2c ? endOfImage(bytes, at) : block === 0x21 ? endOfBlocks(bytes, at + 2) : undefined
    if (end === undefined) {
      list.cut(block === 0x2c ? "image" : block === 0x21 ? "extension" : "block")
      list.add("junk", "cut", at, bytes.length - at)
      return list
    }
    if (block === 0x2c) list.add("image", "image", at, end - at)
    else addExtension(bytes, at, end, list)
    at = end
  }
  list.cut("end")
  return list
}

function addExtension(bytes: Uint8Array, at: number, end: number, list: PartList): void {
  const label = u8(bytes, at + 1)
  if (label === 0xf9) list.add("animation", "graphic control", at, end - at, 3)
  else if (label === 0x01) list.add("image", "plain text", at, end - at, 3)
  else if (label === 0xfe) list.add("comment", "comment", at, end - at, 2)
  else if (label === 0xff && u8(bytes, at + 2) === 11) {
    const name = latin1(bytes, at + 3, 11)
    const kind = Object.hasOwn(applications, name) ? (applications[name] ?? "application") : "application"
    list.add(kind, kind === "application" ? "application" : name.replace(/[^\x20-\x7e]/gu, ""), at, end - at, 14)
  } else list.add("unknown", "extension", at, end - at, 2)
}

function endOfImage(bytes: Uint8Array, at: number): number | undefined {
  const flags = u8(bytes, at + 9)
  return endOfBlocks(bytes, at + 11 + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0))
}

/** Past a chain of sub-blocks and its terminator (section 15 and 16). */
function endOfBlocks(bytes: Uint8Array, from: number): number | undefined {
  let at = from
  while (at < bytes.length) {
    const size = u8(bytes, at)
    at += 1 + size
    if (size === 0) return at
  }
  return undefined
}

/** The bytes of a chain of sub-blocks, without their sizes. */
export function joinBlocks(bytes: Uint8Array, from: number, end: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(Math.max(0, end - from))
  let length = 0
  for (let at = from; at < end; at += 1 + u8(bytes, at)) {
    const block = bytes.subarray(at + 1, Math.min(at + 1 + u8(bytes, at), end))
    if (block.length === 0) break
    joined.set(block, length)
    length += block.length
  }
  return joined.subarray(0, length)
}
