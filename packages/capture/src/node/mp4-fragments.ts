import { CaptureError } from "../errors.ts"

/** Ticks per second of the clips' one track. */
export const clipTimescale = 90_000

/** Largest box that is taken for real: some seconds of video at any sane rate. */
const maxBoxBytes = 64 << 20

/** One group of pictures: `moof` and `mdat`. */
export interface Fragment {
  readonly bytes: Uint8Array
  /** In seconds from the start of the stream, half-open. */
  readonly from: number
  readonly to: number
}

/**
 * Splits a fragmented MP4 (ISO/IEC 14496-12 section 8.8), as ffmpeg writes it to a pipe, into its head (`ftyp`, `moov`)
 * and its fragments.
 */
export class FragmentReader {
  readonly #framesPerSecond: number
  readonly #onFragment: (fragment: Fragment) => void
  #rest = new Uint8Array(0)
  #head: Uint8Array = new Uint8Array(0)
  #moof: Uint8Array | undefined

  constructor(framesPerSecond: number, onFragment: (fragment: Fragment) => void) {
    this.#framesPerSecond = framesPerSecond
    this.#onFragment = onFragment
  }

  /** What every clip begins with; empty until the first fragment. */
  get head(): Uint8Array {
    return this.#head
  }

  /** @throws CaptureError `CAPTURE_UNSUPPORTED` for what is no MP4 */
  push(bytes: Uint8Array): void {
    this.#rest = joined(this.#rest, bytes)
    for (;;) {
      if (this.#rest.length < 8) return
      const size = viewOf(this.#rest).getUint32(0)
      if (size < 8 || size > maxBoxBytes) throw malformed(`a box of ${size} bytes`)
      if (this.#rest.length < size) return
      this.#box(this.#rest.slice(0, size))
      this.#rest = this.#rest.subarray(size)
    }
  }

  #box(box: Uint8Array): void {
    const type = typeAt(box, 0)
    if (type === "ftyp" || type === "moov") this.#head = joined(this.#head, box)
    if (type === "moof") this.#moof = box
    if (type !== "mdat" || !this.#moof) return
    const moof = this.#moof
    this.#moof = undefined
    const time = find(moof, ["moof", "traf", "tfdt"])
    const run = find(moof, ["moof", "traf", "trun"])
    if (time === undefined || run === undefined) throw malformed("a fragment without its times")
    const from = readTime(moof, time) / clipTimescale
    const to = from + viewOf(moof).getUint32(run + 12) / this.#framesPerSecond
    this.#onFragment({ bytes: joined(moof, box), from, to })
  }
}

/** A file of its own out of fragments that follow each other: it starts at 0 and says how long it is. */
export function clipOf(head: Uint8Array, fragments: readonly Fragment[]): Uint8Array {
  const [first, last] = [fragments[0], fragments.at(-1)]
  if (!first || !last) throw malformed("a clip without a picture")
  const start = head.slice()
  const ticks = Math.round((last.to - first.from) * clipTimescale)
  const scale = readScale(start)
  setDuration(start, ["moov", "mvhd"], 16, Math.round((last.to - first.from) * scale))
  setDuration(start, ["moov", "trak", "tkhd"], 20, Math.round((last.to - first.from) * scale))
  setDuration(start, ["moov", "trak", "mdia", "mdhd"], 16, ticks)
  const moved = fragments.map(({ bytes }) => {
    const copy = bytes.slice()
    const time = find(copy, ["moof", "traf", "tfdt"])!
    writeTime(copy, time, readTime(copy, time) - Math.round(first.from * clipTimescale))
    return copy
  })
  return joined(start, ...moved)
}

/** Offset of a box on that way down, from its size field on. */
function find(bytes: Uint8Array, way: readonly string[]): number | undefined {
  let [at, end] = [0, bytes.length]
  for (const [depth, name] of way.entries()) {
    while (at + 8 <= end && typeAt(bytes, at) !== name) at += Math.max(8, viewOf(bytes).getUint32(at))
    if (at + 8 > end) return undefined
    if (depth === way.length - 1) return at
    end = Math.min(end, at + viewOf(bytes).getUint32(at))
    at += 8
  }
  return undefined
}

/** Version 0 of these boxes has 32-bit times, version 1 has 64; ffmpeg writes 0 while they fit, and 1 for `tfdt`. */
function setDuration(bytes: Uint8Array, way: readonly string[], offset: number, duration: number): void {
  const box = find(bytes, way)
  if (box === undefined || bytes[box + 8] !== 0) throw malformed("a head without its times")
  viewOf(bytes).setUint32(box + 8 + offset, duration)
}

function readScale(bytes: Uint8Array): number {
  const box = find(bytes, ["moov", "mvhd"])
  if (box === undefined) throw malformed("a head without its times")
  return viewOf(bytes).getUint32(box + 20)
}

function readTime(bytes: Uint8Array, tfdt: number): number {
  const view = viewOf(bytes)
  return bytes[tfdt + 8] === 1 ? Number(view.getBigUint64(tfdt + 12)) : view.getUint32(tfdt + 12)
}

function writeTime(bytes: Uint8Array, tfdt: number, time: number): void {
  const view = viewOf(bytes)
  if (bytes[tfdt + 8] === 1) view.setBigUint64(tfdt + 12, BigInt(time))
  else view.setUint32(tfdt + 12, time)
}

function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function malformed(what: string): CaptureError {
  return new CaptureError("CAPTURE_UNSUPPORTED", `Cannot use camera: its video has ${what}`)
}
