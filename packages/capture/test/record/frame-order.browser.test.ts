import { clipFormats } from "@darkslide/capture/record"
import { describe, expect, test } from "vitest"
import { FrameEncoder } from "../../src/record/frame-encoder.ts"
import type { Packet } from "../../src/record/packet-ring.ts"

const settings = { bitrate: undefined, frameRate: 25, keyFrameSeconds: 1, keepSeconds: 5, maxRingBytes: 1 << 20 }

describe("packets are in the order of their times, though frames are not", () => {
  for (const format of clipFormats) {
    test(`${format.codec} in ${format.container}`, async () => {
      const packets: Packet[] = []
      const failures: Error[] = []
      const encoder = new FrameEncoder(
        { ...settings, format },
        { width: 320, height: 180 },
        { give: (packet) => packets.push(packet), fail: (error) => failures.push(error) },
      )
      const canvas = new OffscreenCanvas(320, 180)
      canvas.getContext("2d")?.fillRect(0, 0, 320, 180)
      // One comes late, two are of one moment, and then the clock begins anew.
      for (const ms of [5000, 5040, 5120, 5080, 5160, 5160, 5200, 0, 40, 80]) {
        const frame = new VideoFrame(canvas, { timestamp: ms * 1000 })
        encoder.encode(frame, ms, undefined)
        frame.close()
      }
      await encoder.flush()
      encoder.close()
      expect(failures).toEqual([])
      const times = packets.map(({ timestampUs }) => timestampUs / 1000)
      expect(times).toEqual([5000, 5040, 5120, 5160, 5161, 5200, 5200.001, 5240.001, 5280.001])
      expect(packets.map(({ droppedBefore }) => droppedBefore)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0])
    })
  }
})
