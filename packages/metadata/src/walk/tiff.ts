import type { Limits } from "../limits.ts"
import { walkDirectories } from "./directories.ts"
import { PartList, type PartKind, type Walk } from "./part.ts"

const kinds: Readonly<Record<number, readonly [PartKind, string]>> = {
  0x02bc: ["xmp", "XMP"],
  0x83bb: ["iptc", "IPTC"],
  0x8649: ["iptc", "Photoshop"],
  0x8773: ["icc", "ICC"],
}

/**
 * Walks a TIFF: its directories, and the values that are blocks of their own. Unlike other walks it does not cover the
 * file: values lie anywhere. The file itself is the EXIF block.
 */
export function walkTiff(bytes: Uint8Array, limits: Limits): Walk {
  const list = new PartList(limits)
  list.add("structure", "header", 0, Math.min(8, bytes.length))
  const found = walkDirectories(bytes, limits)
  list.add("exif", "TIFF", 0, bytes.length)
  for (const directory of found?.directories ?? []) {
    if (directory.name !== "image") continue
    for (const { tag, valueOffset, valueLength } of directory.entries) {
      const kind = kinds[tag]
      if (kind !== undefined) list.add(kind[0], kind[1], valueOffset, valueLength)
    }
  }
  if (found === undefined || found.directories.length === 0) list.cut("header")
  return list
}
