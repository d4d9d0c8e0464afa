import { judgePictures } from "@darkslide/capture"
import { describe, expect, test } from "vitest"

const size = { width: 16, height: 9 }

function picture(at: number, level: (x: number, y: number) => number): Parameters<ReturnType<typeof judgePictures>>[0] {
  const luma = Uint8Array.from({ length: 144 }, (_, i) => level(i % 16, Math.floor(i / 16)))
  return { ...size, luma, at }
}

describe("judgePictures()", () => {
  test("calls a dark picture without edges covered after a while, also with some noise and the glow of a finger", () => {
    const judge = judgePictures({ coveredMs: 1000 })
    const glow = (noise: number) => (x: number, y: number) => 20 + x + ((x * 7 + y * 3 + noise) % 2)
    expect([0, 500, 1000].map((at) => judge(picture(at, glow(at / 500))))).toEqual(["ok", "ok", "covered"])
  })

  test("calls a dark room with anything in it, and a bright wall, ok", () => {
    const room = judgePictures()
    const wall = judgePictures()
    for (const at of [0, 1000, 2000, 5000]) {
      expect(room(picture(at, (x) => (x > 10 ? 40 + (at % 7) : 5)))).toBe("ok")
      expect(wall(picture(at, () => 180 + (at % 7)))).toBe("ok")
    }
  })

  test("calls it frozen when not one pixel changed for a while, and ok with the first that does", () => {
    const judge = judgePictures({ frozenMs: 3000 })
    const scene = (x: number, y: number): number => x * 12 + y
    expect([0, 1000, 2999, 3000].map((at) => judge(picture(at, scene)))).toEqual(["ok", "ok", "ok", "frozen"])
    expect(judge(picture(3500, (x, y) => scene(x, y) + (x === 3 && y === 3 ? 1 : 0)))).toBe("ok")
  })

  test("refuses a picture whose bytes do not fit its size", () => {
    expect(() => judgePictures()({ ...size, luma: new Uint8Array(3), at: 0 })).toThrow(RangeError)
  })
})
