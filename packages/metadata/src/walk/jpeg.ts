import { startsWith, u16, u8 } from "../bytes.ts"
import type { Limits } from "../limits.ts"
import { endOfScan } from "./end-of-scan.ts"
import { PartList, type PartKind, type Walk } from "./part.ts"

/** Identifiers of application segments (`FFEn`), and what they announce. */
const identified: readonly (readonly [number, string, PartKind])[] = [
  [0xe0, "JFIF\0", "structure"],
  [0xe0, "JFXX\0", "thumbnail"],
  [0xe1, "Exif\0\0", "exif"],
  [0xe1, "Exif\0", "exif"],
  [0xe1, "http://ns.adobe.com/xap/1.0/\0", "xmp"],
  [0xe1, "http://ns.adobe.com/xmp/extension/\0", "xmp-extended"],
  [0xe2, "ICC_PROFILE\0", "icc"],
  [0xe2, "MPF\0", "multi-picture"],
  [0xeb, "JP", "c2pa"],
  [0xed, "Photoshop 3.0\0", "iptc"],
  [0xee, "Adobe", "colour"],
]

/**
 * Walks a JPEG (ITU-T T.81 Annex B) to its true end: over segments between scans, to the first EOI, and names what comes
 * after it `trailer`. Fill bytes and bytes between segments are parts of their own.
 * @param scans - Ends by starts of coded data that was walked before and copied since: it is not searched again.
 * @param untilScan - Whether to leave out the first coded data and all after it.
 * @throws MetadataError `METADATA_LIMIT_EXCEEDED`
 */
export function walkJpeg(
  bytes: Uint8Array,
  limits: Limits,
  scans?: ReadonlyMap<number, number>,
  { untilScan = false }: { readonly untilScan?: boolean } = {},
): Walk {
  const list = new PartList(limits)
  list.add("structure", "SOI", 0, 2)
  let at = 2
  while (at < bytes.length) {
    at = skipToMarker(bytes, at, list)
    if (at >= bytes.length) break
    const marker = u8(bytes, at + 1)
    if (marker === 0xd9) {
      list.add("structure", "EOI", at, 2)
      if (at + 2 < bytes.length) list.add("trailer", "trailer", at + 2, bytes.length - at - 2)
      return list
    }
    // B.1.1.3: RSTm, SOI and TEM stand alone.
    if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) {
      list.add("junk", nameOf(marker), at, 2)
      at += 2
      continue
    }
    const end = at + 2 + u16(bytes, at + 2)
    if (at + 4 > bytes.length || end > bytes.length || end < at + 4) {
      list.cut(nameOf(marker))
      list.add("junk", nameOf(marker), at, bytes.length - at)
      return list
    }
    addSegment(bytes, marker, at, end, list)
    at = end
    if (marker === 0xda && untilScan) return list
    if (marker === 0xda) {
      const stop = scans?.get(at) ?? endOfScan(bytes, at)
      if (stop > at) list.add("image", "scan", at, stop - at)
      at = stop
    }
  }
  list.cut("EOI")
  return list
}

/** Adds the fill bytes (B.1.1.2) or junk before the next marker; returns where its last `FF` stands. */
function skipToMarker(bytes: Uint8Array, from: number, list: PartList): number {
  let at = from
  while (at < bytes.length && !(bytes[at] === 0xff && u8(bytes, at + 1) !== 0xff && u8(bytes, at + 1) !== 0)) at++
  if (at + 1 >= bytes.length) at = bytes.length
  if (at > from) {
    const fill = bytes.subarray(from, at).every((byte) => byte === 0xff)
    list.add(fill ? "padding" : "junk", fill ? "fill" : "junk", from, at - from)
    if (!fill) list.report("junk", `byte ${from}`)
  }
  return at
}

function addSegment(bytes: Uint8Array, marker: number, at: number, end: number, list: PartList): void {
  const name = nameOf(marker)
  if (marker === 0xfe) list.add("comment", name, at, end - at, 4)
  else if (marker >= 0xe0 && marker <= 0xef) {
    for (const [of, text, kind] of identified) {
      if (of !== marker || at + 4 + text.length > end || !startsWith(bytes, at + 4, text)) continue
      list.add(kind, name, at, end - at, 4 + text.length)
      return
    }
    list.add("application", name, at, end - at, 4)
  } else list.add(structural(marker) ? "structure" : "unknown", name, at, end - at, 4)
}

/** Tables, frames, scans, restart interval, number of lines, arithmetic conditioning (Table B.1). */
function structural(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || (marker >= 0xda && marker <= 0xdf)
}

/** Filled in as markers are met. */
const names: Record<number, string> = {
  0x01: "TEM",
  0xc4: "DHT",
  0xc8: "JPG",
  0xcc: "DAC",
  0xd8: "SOI",
  0xd9: "EOI",
  0xda: "SOS",
  0xdb: "DQT",
  0xdc: "DNL",
  0xdd: "DRI",
  0xde: "DHP",
  0xdf: "EXP",
  0xfe: "COM",
}

function nameOf(marker: number): string {
  return (names[marker] ??= numbered(marker))
}

function numbered(marker: number): string {
  if (marker >= 0xe0 && marker <= 0xef) return `APP${marker - 0xe0}`
  if (marker >= 0xd0 && marker <= 0xd7) return `RST${marker - 0xd0}`
  if (marker >= 0xc0 && marker <= 0xcf) return `SOF${marker - 0xc0}`
  return `FF${marker.toString(16).toUpperCase().padStart(2, "0")}`
}
