import { describe, expect, test } from "vitest"
import { codecString, mediaTypeOf } from "../../src/record/clip-format.ts"

describe("codecString()", () => {
  for (const [size, rate, avc, vp9, av1] of [
    [[640, 360], 30, "avc1.42001e", "vp09.00.30.08", "av01.0.04M.08"],
    [[1280, 720], 30, "avc1.42001f", "vp09.00.31.08", "av01.0.05M.08"],
    [[1280, 720], 30.02, "avc1.42001f", "vp09.00.31.08", "av01.0.05M.08"],
    [[1920, 1080], 30, "avc1.420028", "vp09.00.41.08", "av01.0.08M.08"],
    [[1920, 1080], 60, "avc1.42002a", "vp09.00.41.08", "av01.0.09M.08"],
    [[3840, 2160], 30, "avc1.420033", "vp09.00.51.08", "av01.0.13M.08"],
    [[7680, 4320], 60, "avc1.420034", "vp09.00.52.08", "av01.0.14M.08"],
  ] as const) {
    test(`names the lowest level that holds ${size.join(" x ")} at ${rate}`, () => {
      const picture = { width: size[0], height: size[1], frameRate: rate }
      expect(["avc", "vp9", "av1", "vp8"].map((codec) => codecString(codec as "avc", picture))).toEqual([
        avc,
        vp9,
        av1,
        "vp8",
      ])
    })
  }
})

test("mediaTypeOf() has no parameters, as a record wants it", () => {
  expect([mediaTypeOf({ container: "mp4" }), mediaTypeOf({ container: "webm" })]).toEqual(["video/mp4", "video/webm"])
})
