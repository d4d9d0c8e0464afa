import { u32, u32le } from "../bytes.ts"
import { defaultLimits } from "../limits.ts"
import type { Edits } from "../scrub/edits.ts"
import { walkDirectories } from "../walk/directories.ts"
import type { Part } from "../walk/part.ts"

/**
 * Follows what grew or shrank in the index of pictures behind the first one (CIPA DC-007 section 5.2.3): the size of the
 * first, and where the others begin, counted from the index's own byte order mark.
 */
export function planPictureIndex(bytes: Uint8Array, parts: readonly Part[], edits: Edits): void {
  const part = parts.find(({ kind }) => kind === "multi-picture")
  const end = parts.find(({ name }) => name === "EOI")
  if (part === undefined || end === undefined || edits.empty) return
  const index = bytes.slice(part.dataOffset, part.dataOffset + part.dataLength)
  const walked = walkDirectories(index, defaultLimits)
  const entry = walked?.directories[0]?.entries.find(({ tag }) => tag === 0xb002)
  if (walked === undefined || entry === undefined || entry.type !== 7) return
  const read = walked.littleEndian ? u32le : u32
  const view = new DataView(index.buffer)
  for (let i = 0; i * 16 + 16 <= entry.valueLength; i++) {
    // 5.2.3.3: attributes, size, offset, and two pictures that this one depends on.
    const at = entry.valueOffset + i * 16
    const [size, offset] = [read(index, at + 4), read(index, at + 8)]
    if (offset === 0 && size > 0) {
      const grown = size + edits.growth(0, end.offset + end.length)
      if (grown > 0) view.setUint32(at + 4, grown, walked.littleEndian)
    } else if (offset !== 0) {
      const moved = offset + edits.growth(part.dataOffset, part.dataOffset + offset)
      if (moved > 0 && moved <= 0xffff_ffff) view.setUint32(at + 8, moved, walked.littleEndian)
    }
  }
  edits.replace({ offset: part.dataOffset, length: part.dataLength }, index)
}
