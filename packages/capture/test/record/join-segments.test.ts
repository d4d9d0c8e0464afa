import { joinSegments } from "@darkslide/capture/record"
import { describe, expect, test } from "vitest"

const blob = new Blob([new Uint8Array(2000)], { type: "video/mp4" })
const segment = (index: number, change: Partial<{ id: string; last: boolean; blob: Blob }> = {}) => ({
  blob: change.blob ?? blob,
  clip: { id: change.id ?? "a", index, last: change.last ?? false },
})

describe("joinSegments() refuses", () => {
  for (const [what, segments] of [
    ["none", []],
    ["a hole", [segment(0), segment(2, { last: true })]],
    ["a missing beginning", [segment(1), segment(2)]],
    ["the same one twice", [segment(0), segment(0)]],
    ["segments of two recordings", [segment(0), segment(1, { id: "b" })]],
    ["one after the last", [segment(0, { last: true }), segment(1)]],
    ["two types", [segment(0), segment(1, { blob: new Blob([], { type: "video/webm" }) })]],
    ["what is no video by its type", [segment(0, { blob: new Blob(["x"], { type: "image/jpeg" }) })]],
    ["what is no video by its bytes", [segment(0)]],
    ["an empty file", [segment(0, { blob: new Blob([], { type: "video/webm" }) })]],
  ] as const) {
    test(what, async () => {
      await expect(joinSegments(segments)).rejects.toMatchObject({
        name: "CaptureError",
        code: "CAPTURE_SEGMENTS_INVALID",
      })
    })
  }
})
