import { latin1, u32, u8, uintBe } from "../../bytes.ts"
import type { Part } from "../../walk/part.ts"
import type { Blocks } from "../blocks.ts"
import { payload } from "../format-reader.ts"

/** What the movie box of a clip, or of a picture that moves, says (ISO/IEC 14496-12 chapter 8). */
export function readTracks(bytes: Uint8Array, parts: readonly Part[], blocks: Blocks): void {
  const movie = parts.find(({ name }) => name === "moov/mvhd")
  if (movie !== undefined) readMovie(payload(bytes, movie), blocks)
  for (const [at, part] of parts.entries()) {
    if (part.name !== "moov/trak/tkhd") continue
    const next = parts.findIndex(({ name }, i) => i > at && name === "moov/trak")
    const inTrack = parts.slice(at, next === -1 ? undefined : next)
    if (readTrack(bytes, part, inTrack, blocks)) return
  }
}

/** 8.2.2: version 1 has times of 64 bits. */
function readMovie(header: Uint8Array, blocks: Blocks): void {
  const wide = u8(header, 0) === 1
  const created = wide ? uintBe(header, 4, 8) : u32(header, 4)
  const scale = u32(header, wide ? 20 : 12)
  const duration = wide ? uintBe(header, 24, 8) : u32(header, 16)
  const unknown = wide ? duration >= 2 ** 64 - 2048 : duration === 0xffff_ffff
  blocks.clip = {
    ...blocks.clip,
    ...(scale === 0 || unknown || duration === 0 ? {} : { durationSeconds: duration / scale }),
    ...(created === 0 ? {} : { created: secondsSince1904(created) }),
  }
}

/** Whether the track had a picture; its size is two fixed-point numbers at the end (8.3.2). */
function readTrack(bytes: Uint8Array, track: Part, inTrack: readonly Part[], blocks: Blocks): boolean {
  const header = payload(bytes, track)
  const at = u8(header, 0) === 1 ? 88 : 76
  const [width, height] = [u32(header, at) / 0x1_0000, u32(header, at + 4) / 0x1_0000]
  if (width < 1 || height < 1) return false
  blocks.width ??= Math.round(width)
  blocks.height ??= Math.round(height)
  const samples = inTrack.find(({ name }) => name.endsWith("/minf") || name.endsWith("/stbl"))
  const frames = samples === undefined ? undefined : countSamples(bytes, samples)
  if (frames !== undefined && frames > 1) blocks.animation = { ...blocks.animation, frames }
  return true
}

/** `stsz` or `stz2` (8.7.3), found by looking through the boxes of `minf` and `stbl` without going deeper. */
function countSamples(bytes: Uint8Array, { dataOffset, dataLength }: Part): number | undefined {
  const end = dataOffset + dataLength
  let at = dataOffset
  for (let steps = 0; at + 20 <= end && steps < 64; steps++) {
    const [size, type] = [u32(bytes, at), latin1(bytes, at + 4, 4)]
    if (type === "stsz" || type === "stz2") return u32(bytes, at + 16)
    if (size < 8) return undefined
    at += type === "stbl" || type === "minf" ? 8 : size
  }
  return undefined
}

/** As EXIF writes it, in UTC. Seconds count from 1904 (8.2.2.3); some writers count from 1970. */
function secondsSince1904(seconds: number): string | undefined {
  const unix = seconds >= 2_082_844_800 ? seconds - 2_082_844_800 : seconds
  const date = new Date(unix * 1000)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 ? undefined : date.toISOString().slice(0, 19)
}
