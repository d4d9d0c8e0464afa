import { CaptureError } from "../errors.ts"
import { mediaTypeOf, type ClipFormat } from "./clip-format.ts"

/** A segment as it was sealed: its bytes, their type, and its place. */
export interface StoredSegment {
  /** Its type is `video/mp4` or `video/webm`. */
  readonly blob: Blob
  readonly clip: { readonly id: string; readonly index: number; readonly last: boolean }
}

export interface JoinedClip {
  readonly blob: Blob
  readonly width: number
  readonly height: number
  readonly durationSeconds: number
  readonly frames: number
  /** How the series ends: `whole`, or `cut` when the last segment never came. */
  readonly series: "whole" | "cut"
}

/**
 * Joins the segments of one recording, in any order, into one file, without encoding anything anew. A missing end is
 * allowed and told: that is what a killed tab leaves. A hole is not.
 * @throws CaptureError `CAPTURE_SEGMENTS_INVALID` when they are none, of several recordings, with a hole, or no video.
 */
export async function joinSegments(segments: readonly StoredSegment[]): Promise<JoinedClip> {
  const sorted = segments.toSorted((one, other) => one.clip.index - other.clip.index)
  const [first] = sorted
  if (!first) throw invalid("there are none")
  if (sorted.some(({ clip }) => clip.id !== first.clip.id)) throw invalid("they are of several recordings")
  if (sorted.some(({ clip }, index) => clip.index !== index)) throw invalid("one is missing or there twice")
  if (sorted.slice(0, -1).some(({ clip }) => clip.last)) throw invalid("one comes after the last")
  if (sorted.some(({ blob }) => blob.type !== first.blob.type)) throw invalid("they are of several types")
  const container = containerOf(first.blob)
  const { joinFiles } = await import("./join-files.ts")
  try {
    const { bytes, ...facts } = await joinFiles(
      sorted.map(({ blob }) => blob),
      container,
    )
    const blob = new Blob([bytes], { type: mediaTypeOf({ container }) })
    return { blob, ...facts, series: sorted.at(-1)?.clip.last === true ? "whole" : "cut" }
  } catch (error) {
    throw invalid("they cannot be read as video", error)
  }
}

function containerOf(blob: Blob): ClipFormat["container"] {
  if (blob.type === "video/mp4") return "mp4"
  if (blob.type === "video/webm") return "webm"
  throw invalid(`their type is ${blob.type || "not said"}`)
}

function invalid(what: string, cause?: unknown): CaptureError {
  return new CaptureError("CAPTURE_SEGMENTS_INVALID", `Cannot join segments: ${what}`, { cause })
}
