import type { Packet } from "../../src/record/packet-ring.ts"

interface Frame {
  readonly bytes: number
  readonly gapMs: number
  readonly key: boolean
}

/** Packets with nothing in them that plays: for what counts and cuts. */
export function packetsOf(frames: readonly Frame[]): Packet[] {
  let at = 0
  return frames.map(({ bytes, gapMs, key }) => {
    at += gapMs
    const data = new Uint8Array(bytes)
    return { data, isKey: key, timestampUs: at * 1000, at, droppedBefore: 0, config: { codec: "vp8" } }
  })
}
