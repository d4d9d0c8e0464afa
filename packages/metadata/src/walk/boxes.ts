import { latin1, startsWith, u32, uintBe } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { PartList, type PartKind } from "./part.ts"

/** How the boxes of a family of formats (ISO/IEC 14496-12) are told apart. */
export interface BoxRules {
  /** Boxes that hold boxes, by path, with the bytes before the first child (4 for a full box's version and flags). */
  readonly containers: Readonly<Record<string, number>>
  /** What a box is for, by path; `unknown` when absent. */
  readonly kinds: Readonly<Record<string, PartKind>>
}

/** C2PA, and XMP in MP4, by the 16 bytes after `uuid`. */
const c2pa = "\u00d8\u00fe\u00c3\u00d6\u001b\u000e\u0048\u003c\u0092\u0097\u0058\u0028\u0087\u007e\u00c4\u0081"
const xmp = "\u00be\u007a\u00cf\u00cb\u0097\u00a9\u0042\u00e8\u009c\u0071\u0099\u0094\u0091\u00e3\u00af\u00ac"

interface Level {
  readonly path: string
  readonly end: number
}

/**
 * Walks boxes without recursion. A container is one `structure` part of its header; its children follow. Names are paths,
 * such as `moov/trak/tkhd`.
 */
export function walkBoxes(bytes: Uint8Array, rules: BoxRules, limits: Limits): PartList {
  const list = new PartList(limits)
  const levels: Level[] = [{ path: "", end: bytes.length }]
  let at = 0
  while (levels.length > 0) {
    const level = levels.at(-1) as Level
    if (at >= level.end) {
      levels.pop()
      continue
    }
    const header = boxHeader(bytes, at, level.end)
    if (header === undefined) {
      list.cut(level.path || "box")
      list.add("junk", "cut", at, level.end - at)
      at = level.end
      continue
    }
    const { type, headerLength, end } = header
    const path = level.path === "" ? type : `${level.path}/${type}`
    const inner = Object.hasOwn(rules.containers, path) ? rules.containers[path] : undefined
    if (inner !== undefined && levels.length < limits.maxDepth && at + headerLength + inner <= end) {
      list.add("structure", path, at, headerLength + inner, headerLength)
      levels.push({ path, end })
      at += headerLength + inner
      continue
    }
    if (inner !== undefined) list.report("too-deep", path)
    addBox(bytes, list, rules, path, type, at, header)
    at = end
  }
  return list
}

interface BoxHeader {
  readonly type: string
  readonly headerLength: number
  readonly end: number
}

/** 14496-12 section 4.2; `undefined` when the box does not fit its parent. */
function boxHeader(bytes: Uint8Array, at: number, limit: number): BoxHeader | undefined {
  if (at + 8 > limit) return undefined
  const small = u32(bytes, at)
  const headerLength = small === 1 ? 16 : 8
  const size = small === 1 ? uintBe(bytes, at + 8, 8) : small === 0 ? limit - at : small
  if (size < headerLength || at + size > limit) return undefined
  return { type: latin1(bytes, at + 4, 4), headerLength, end: at + size }
}

function addBox(
  bytes: Uint8Array,
  list: PartList,
  rules: BoxRules,
  path: string,
  type: string,
  at: number,
  { headerLength, end }: BoxHeader,
): void {
  const printable = path.replace(/[^\x20-\x7e]/gu, "?")
  if (type === "uuid") {
    const kind = startsWith(bytes, at + headerLength, c2pa)
      ? "c2pa"
      : startsWith(bytes, at + headerLength, xmp)
        ? "xmp"
        : "application"
    list.add(kind, printable, at, end - at, headerLength + 16)
    return
  }
  const padding = type === "free" || type === "skip" || type === "wide"
  const kind = Object.hasOwn(rules.kinds, path) ? rules.kinds[path] : undefined
  list.add(padding ? "padding" : (kind ?? "unknown"), printable, at, end - at, headerLength)
}
