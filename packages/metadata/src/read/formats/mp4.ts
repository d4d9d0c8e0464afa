import { latin1, u16, u32, utf8OrLatin1 } from "../../bytes.ts"
import type { Walk } from "../../walk/part.ts"
import { walkMp4 } from "../../walk/mp4.ts"
import { emptyBlocks, type Blocks } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"
import { readTracks } from "./tracks.ts"

/** MP4 and QuickTime clips: size, length, when and by which program. */
export const mp4Reader: FormatReader = {
  names: ["mp4"],
  walk: walkMp4,
  read: readMp4,
  enough: (_bytes, walk, { wants }) =>
    !wants("hidden") && !wants("xmp") && walk.parts.some(({ name }) => name.startsWith("moov/trak/mdia/minf/stbl")),
}

function readMp4(bytes: Uint8Array, walk: Walk): Blocks {
  const blocks = emptyBlocks(walk.issues)
  readTracks(bytes, walk.parts, blocks)
  const applications: string[] = []
  for (const part of walk.parts) {
    if (part.kind === "xmp") blocks.xmp.push(payload(bytes, part))
    else if (part.kind === "c2pa") blocks.hidden.c2pa = true
    else if (part.kind === "application") {
      blocks.hidden.applicationBlocks = (blocks.hidden.applicationBlocks ?? 0) + 1
      readUserData(payload(bytes, part), blocks, applications)
    }
  }
  if (applications.length > 0) blocks.clip = { ...blocks.clip, applications }
  // A clip is no animation: its frames are not counted for people.
  blocks.animation = undefined
  return blocks
}

const holders = new Set(["meta", "ilst", "\u00a9too", "\u00a9nam", "\u00a9swr", "\u00a9enc"])

/** `©too`, `©swr` and `©enc` name programs, `©nam` the clip: QuickTime's short texts, or iTunes' `data` boxes. */
function readUserData(block: Uint8Array, blocks: Blocks, applications: string[]): void {
  let at = 0
  let name = ""
  for (let steps = 0; at + 8 <= block.length && steps < 256; steps++) {
    const [size, type] = [u32(block, at), latin1(block, at + 4, 4)]
    if (size < 8) {
      // `meta` is a full box in MP4 only: its four bytes of version and flags are passed over.
      if (u32(block, at) !== 0) return
      at += 4
      continue
    }
    const end = Math.min(at + size, block.length)
    if (type === "data") {
      take(name, utf8OrLatin1(block.subarray(at + 16, end)), blocks, applications)
      at = end
    } else if (type.startsWith("\u00a9") && u32(block, at + 12) !== 0x64617461) {
      const length = u16(block, at + 8)
      take(type, utf8OrLatin1(block.subarray(at + 12, Math.min(at + 12 + length, end))), blocks, applications)
      at = end
    } else {
      name = type
      at = holders.has(type) ? at + 8 : end
    }
  }
}

function take(name: string, text: string, blocks: Blocks, applications: string[]): void {
  const value = text.replace(/\0+$/u, "")
  if (value === "") return
  if (name === "\u00a9nam") blocks.clip = { ...blocks.clip, title: value }
  else if (holders.has(name)) applications.push(value)
}
