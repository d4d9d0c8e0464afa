import { u8, uintBe, utf8OrLatin1 } from "../../bytes.ts"
import type { Walk } from "../../walk/part.ts"
import { walkWebm } from "../../walk/webm.ts"
import { emptyBlocks, type Blocks } from "../blocks.ts"
import { payload, type FormatReader } from "../format-reader.ts"

/** WebM and Matroska clips (RFC 9559): size, length, when and by which program. */
export const webmReader: FormatReader = {
  names: ["webm"],
  walk: walkWebm,
  read: readWebm,
  enough: (_bytes, walk, { wants }) => !wants("hidden") && walk.parts.some(({ name }) => name === "Segment/Cluster"),
}

function readWebm(bytes: Uint8Array, walk: Walk): Blocks {
  const blocks = emptyBlocks(walk.issues)
  const first = (name: string): Uint8Array | undefined => {
    const part = walk.parts.find((found) => found.name === name)
    return part === undefined ? undefined : payload(bytes, part)
  }
  const number = (name: string): number | undefined => {
    const data = first(name)
    return data === undefined || data.length > 8 ? undefined : uintBe(data, 0, data.length)
  }
  blocks.width = number("Segment/Tracks/TrackEntry/Video/PixelWidth")
  blocks.height = number("Segment/Tracks/TrackEntry/Video/PixelHeight")
  const duration = floatOf(first("Segment/Info/Duration"))
  // RFC 9559 section 5.1.2.9: in nanoseconds, 1,000,000 by default.
  const scale = number("Segment/Info/TimestampScale") ?? 1_000_000
  const texts = ["MuxingApp", "WritingApp"].flatMap((name) => {
    const data = first(`Segment/Info/${name}`)
    return data === undefined || data.length === 0 ? [] : [utf8OrLatin1(data.subarray(0, 4096)).replace(/\0+$/u, "")]
  })
  const title = first("Segment/Info/Title")
  const created = dateOf(first("Segment/Info/DateUTC"))
  blocks.clip = {
    ...(duration === undefined ? {} : { durationSeconds: (duration * scale) / 1e9 }),
    ...(texts.length === 0 ? {} : { applications: [...new Set(texts)] }),
    ...(title === undefined ? {} : { title: utf8OrLatin1(title.subarray(0, 4096)) }),
    ...(created === undefined ? {} : { created }),
  }
  const applications = walk.parts.filter(({ kind }) => kind === "application").length
  if (applications > 0) blocks.hidden.applicationBlocks = applications
  return blocks
}

function floatOf(data: Uint8Array | undefined): number | undefined {
  if (data === undefined || (data.length !== 4 && data.length !== 8)) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const value = data.length === 4 ? view.getFloat32(0) : view.getFloat64(0)
  return Number.isFinite(value) && value > 0 ? value : undefined
}

/** RFC 8794 section 7.6: signed nanoseconds since 2001. */
function dateOf(data: Uint8Array | undefined): string | undefined {
  if (data === undefined || data.length !== 8 || u8(data, 0) >= 0x80) return undefined
  const date = new Date(978_307_200_000 + uintBe(data, 0, 8) / 1e6)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 19)
}
