import { u8 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import type { Part, Walk } from "../walk/part.ts"
import { walkWebm } from "../walk/webm.ts"
import type { Edits } from "./edits.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"

/** WebM and Matroska clips (RFC 9559), in place: what goes becomes `Void` of the same size. */
export const webmScrubber: FormatScrubber = { names: ["webm"], walk: walkWebm, plan: planWebm }

function planWebm(bytes: Uint8Array, walk: Walk, edits: Edits, { policy }: ScrubContext): void {
  const { parts } = walk
  const junk = parts.some(({ kind }) => kind === "junk")
  if (junk || !parts.some(({ name }) => name.startsWith("Segment/Cluster")))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub webm: it is cut short, or no clip")
  // 5.1.4.1.3: 1 is video, 2 is audio; subtitles, buttons and metadata lie in blocks beside them.
  const types = parts.filter(({ name }) => name === "Segment/Tracks/TrackEntry/TrackType")
  if (types.some(({ dataOffset }) => ![1, 2].includes(u8(bytes, dataOffset))))
    throw new MetadataError("METADATA_UNSUPPORTED", "Cannot scrub webm: a track is neither picture nor sound")
  for (const part of parts) {
    if (part.kind === "padding") {
      if (edits.blank({ offset: part.dataOffset, length: part.dataLength }))
        edits.note(part.kind, part.name, part.length)
    } else if (part.name.endsWith("/CRC-32") || goes(part, policy)) voidElement(part, edits)
  }
}

function goes({ kind }: Part, policy: ScrubContext["policy"]): boolean {
  if (kind === "application" || kind === "unknown") return true
  return policy !== "gps-only" && (kind === "text" || kind === "time")
}

/** RFC 8794 section 11.3.2: `EC`, a size of 1 to 8 bytes, and zeros. */
function voidElement(part: Part, edits: Edits): void {
  const { offset, length } = part
  const sizeLength = length - 2 <= 126 ? 1 : 8
  const header = new Uint8Array(1 + sizeLength)
  header[0] = 0xec
  if (sizeLength === 1) header[1] = 0x80 | (length - 2)
  else {
    const view = new DataView(header.buffer)
    view.setUint32(1, 0x0100_0000 + Math.floor((length - 9) / 0x1_0000_0000))
    view.setUint32(5, (length - 9) % 0x1_0000_0000)
  }
  edits.replace({ offset, length: header.length }, header)
  edits.blank({ offset: offset + header.length, length: length - header.length })
  // A checksum says nothing of its own; it goes because what it covers changed.
  if (!part.name.endsWith("/CRC-32")) edits.note(part.kind, part.name, length)
}
