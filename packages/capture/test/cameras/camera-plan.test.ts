import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkWishes, constraintPlan } from "../../src/cameras/camera-plan.ts"
import type { OpenCameraOptions } from "../../src/cameras/camera.ts"

describe("constraintPlan()", () => {
  test("asks for everything as a wish first, and gives up in the documented order", () => {
    const options = { width: 640, frameRate: 30, facing: "environment", panTiltZoom: "ask" } as const
    expect(constraintPlan(options, undefined)).toEqual([
      {
        width: { ideal: 640 },
        height: { ideal: 1080 },
        frameRate: { ideal: 30 },
        facingMode: { ideal: "environment" },
        pan: true,
        tilt: true,
        zoom: true,
      },
      {
        width: { ideal: 640 },
        height: { ideal: 1080 },
        frameRate: { ideal: 30 },
        facingMode: { ideal: "environment" },
      },
      { width: { ideal: 640 }, height: { ideal: 1080 }, facingMode: { ideal: "environment" } },
      { height: { ideal: 1080 }, facingMode: { ideal: "environment" } },
      { height: { ideal: 1080 } },
    ])
  })

  test("never gives up the device, nor what is insisted on", () => {
    const wishes = fc.record(
      {
        width: fc.integer({ min: 1, max: 4000 }),
        height: fc.integer({ min: 1, max: 4000 }),
        frameRate: fc.integer({ min: 1, max: 60 }),
        panTiltZoom: fc.constantFrom("ask", "never"),
      },
      { requiredKeys: ["width"] },
    )
    fc.assert(
      fc.property(wishes, fc.boolean(), (given, insists) => {
        const options = { ...given, ...(insists ? { insistOn: ["width"] } : {}) } as OpenCameraOptions
        const plan = constraintPlan(options, { deviceId: "desk", match: "exact" })
        for (const step of plan) {
          expect(step.deviceId).toEqual({ exact: "desk" })
          if (insists) expect(step.width).toEqual({ exact: given.width })
        }
        expect(new Set(plan.map((step) => JSON.stringify(step))).size).toBe(plan.length)
      }),
    )
  })
})

describe("checkWishes()", () => {
  test("refuses sizes that are none, and insisting on what was not wished for", () => {
    expect(() => checkWishes({ width: 0 })).toThrow(RangeError)
    expect(() => checkWishes({ frameRate: Number.NaN })).toThrow(RangeError)
    expect(() => checkWishes({ insistOn: ["facing"] })).toThrow(TypeError)
  })
})
