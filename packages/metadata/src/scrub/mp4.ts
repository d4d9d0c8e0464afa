import { MetadataError } from "../errors.ts"
import { walkMp4 } from "../walk/mp4.ts"
import type { Walk } from "../walk/part.ts"
import { freeBox, mediaData } from "./boxes.ts"
import type { Edits } from "./edits.ts"
import type { ScrubContext, FormatScrubber } from "./format-scrubber.ts"
import { planTracks } from "./tracks.ts"
import { uncovered } from "./uncovered.ts"

/** MP4 and QuickTime clips (ISO/IEC 14496-12), in place: the size and every offset stay. */
export const mp4Scrubber: FormatScrubber = { names: ["mp4"], walk: walkMp4, plan: planMp4 }

function planMp4(bytes: Uint8Array, walk: Walk, edits: Edits, context: ScrubContext): void {
  const { parts } = walk
  if (!walk.complete || !parts.some(({ name }) => name === "moov"))
    throw new MetadataError("METADATA_MALFORMED", "Cannot scrub mp4: it is cut short, or no clip")
  const { samples, dropped } = planTracks(bytes, parts, edits, context)
  for (const part of parts) {
    if (dropped.has(part)) continue
    if (part.kind === "padding") {
      if (edits.blank({ offset: part.dataOffset, length: part.dataLength }))
        edits.note(part.kind, part.name, part.length)
    } else if (part.kind === "structure" || part.kind === "image" || part.name.startsWith("moov/mvhd")) continue
    else if (part.kind === "time" && part.name !== "prft") continue
    else freeBox(part, edits)
  }
  if (samples === undefined) return
  // Between the samples lie those of tracks that went, and what encoders leave there.
  for (const gap of uncovered(mediaData(bytes, parts), samples))
    if (edits.blank(gap)) edits.note("junk", "mdat", gap.length)
}
