import { latin1 } from "../bytes.ts"
import { MetadataError } from "../errors.ts"
import type { Extent } from "../walk/items.ts"
import type { Part } from "../walk/part.ts"
import { blankEncoders, blankHandler, blankTimes, freeBox, innerBoxes, sampleExtents, type InnerBox } from "./boxes.ts"
import type { Edits } from "./edits.ts"
import type { ScrubContext } from "./format-scrubber.ts"

/** What became of the tracks. */
export interface PlannedTracks {
  /** Where the samples lie that stay; `undefined` when that cannot be told, as in a fragmented clip. */
  readonly samples: readonly Extent[] | undefined
  /** The parts of tracks that are freed as a whole. */
  readonly dropped: ReadonlySet<Part>
}

interface Track {
  readonly parts: readonly Part[]
  readonly handler: string
  readonly sampleTable: InnerBox | undefined
}

/** Pictures, sound, and captions within them. Others are timed metadata, text and clocks: telemetry is kept in all three. */
const shown = new Set(["vide", "soun", "pict", "auxv", "clcp"])

/**
 * Plans the boxes of a movie, in place: times, names of programs, user data, and tracks that are no pictures and no
 * sound.
 * @throws MetadataError `METADATA_UNSUPPORTED` when a track must go whose samples cannot be told from others
 */
export function planTracks(
  bytes: Uint8Array,
  parts: readonly Part[],
  edits: Edits,
  { policy, format }: ScrubContext,
): PlannedTracks {
  const tracks = splitTracks(bytes, parts)
  const gone = tracks.filter(({ handler }) => !shown.has(handler))
  const fragmented = parts.some(({ name }) => name === "moof")
  let extents: Extent[] | undefined = fragmented ? undefined : []
  for (const { sampleTable, handler } of tracks) {
    if (gone.some((track) => track.sampleTable === sampleTable)) continue
    const found = sampleTable === undefined ? undefined : sampleExtents(bytes, sampleTable, handler === "soun")
    if (found === undefined) extents = undefined
    else for (const extent of found) extents?.push(extent)
    if (sampleTable !== undefined && policy !== "gps-only") blankEncoders(bytes, sampleTable, handler !== "soun", edits)
  }
  if (gone.length > 0 && extents === undefined)
    throw new MetadataError("METADATA_UNSUPPORTED", `Cannot scrub ${format}: a track of metadata cannot be told apart`)
  const dropped = new Set(gone.flatMap((track) => track.parts))
  for (const track of gone) freeTrack(track, edits)
  for (const part of parts) {
    if (dropped.has(part) || !part.name.startsWith("mo")) continue
    if (part.kind === "time" && policy !== "gps-only") blankTimes(bytes, part, edits)
    else if (part.name.endsWith("/hdlr") && policy !== "gps-only") blankHandler(part, edits)
    else if (part.name.endsWith("/tref") && gone.length > 0) freeBox(part, edits)
  }
  return { samples: extents, dropped }
}

/** The parts between one `moov/trak` and the next box of `moov`. */
function splitTracks(bytes: Uint8Array, parts: readonly Part[]): readonly Track[] {
  const tracks: Track[] = []
  parts.forEach((trak, start) => {
    if (trak.name !== "moov/trak") return
    const within = [trak]
    for (let i = start + 1; i < parts.length; i++) {
      const part = parts[i]
      if (part === undefined || !part.name.startsWith("moov/trak/")) break
      within.push(part)
    }
    const hdlr = within.find(({ name }) => name === "moov/trak/mdia/hdlr")
    tracks.push({
      parts: within,
      handler: hdlr === undefined ? "" : latin1(bytes, hdlr.dataOffset + 8, 4),
      sampleTable: findSampleTable(bytes, within),
    })
  })
  return tracks
}

function findSampleTable(bytes: Uint8Array, parts: readonly Part[]): InnerBox | undefined {
  const stbl = parts.find(({ name }) => name === "moov/trak/mdia/minf/stbl")
  if (stbl !== undefined)
    return { type: "stbl", offset: stbl.offset, dataOffset: stbl.dataOffset, end: stbl.offset + stbl.length }
  // In HEIF the walk does not look into `minf`.
  const minf = parts.find(({ name }) => name === "moov/trak/mdia/minf")
  if (minf === undefined) return undefined
  return innerBoxes(bytes, minf.dataOffset, minf.offset + minf.length).find(({ type }) => type === "stbl")
}

function freeTrack({ parts }: Track, edits: Edits): void {
  const [trak] = parts
  const last = parts.at(-1)
  if (trak === undefined || last === undefined) return
  const length = last.offset + last.length - trak.offset
  freeBox({ ...trak, kind: "application", length, dataLength: length - (trak.dataOffset - trak.offset) }, edits)
}
