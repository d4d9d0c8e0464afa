import { afterEach, describe, expect, test } from "vitest"
import { controlsOf } from "../../src/cameras/camera-controls.ts"

/**
 * A track that says it has a light, a zoom and a focus, as a phone's does: no fake device of Chromium's has a light or a
 * focus. It is a double of the device alone; how wishes are put and answers are read is the package's own.
 */
function phoneTrack(options: { readonly refuses?: string; readonly ignores?: boolean } = {}) {
  const canvas = document.createElement("canvas")
  canvas.getContext("2d")
  const [track] = canvas.captureStream().getVideoTracks()
  if (!track) throw new Error("no track")
  const settings: Record<string, unknown> = { zoom: 1, torch: false, focusMode: "continuous", focusDistance: 1 }
  const wishes: unknown[] = []
  const capabilities = {
    zoom: { min: 1, max: 8, step: 0.1 },
    torch: true,
    focusMode: ["continuous", "manual"],
    focusDistance: { min: 0.1, max: 5, step: 0.1 },
  }
  Object.assign(track, {
    getCapabilities: () => capabilities,
    getSettings: () => ({ ...settings }),
    applyConstraints: async ({ advanced = [] }: MediaTrackConstraints = {}) => {
      wishes.push(...advanced)
      if (options.refuses) throw new OverconstrainedError(options.refuses)
      if (!options.ignores) Object.assign(settings, ...advanced)
    },
  })
  tracks.push(track)
  return { track, wishes }
}

const tracks: MediaStreamTrack[] = []

afterEach(() => {
  for (const track of tracks.splice(0)) track.stop()
})

describe("controlsOf()", () => {
  test("moves zoom, light and focus of a camera that has them, one at a time", async () => {
    const { track, wishes } = phoneTrack()
    const { zoom, torch, focusMode, focusDistance, pan } = controlsOf(track)
    expect(pan).toBeUndefined()
    expect([zoom?.min, zoom?.max, torch?.options, torch?.value]).toEqual([1, 8, ["off", "on"], "off"])
    await zoom?.set(4)
    await torch?.set("on")
    await focusDistance?.set(0.5)
    expect([zoom?.value, torch?.value, focusMode?.value]).toEqual([4, "on", "manual"])
    await torch?.set("off")
    await focusMode?.set("continuous")
    expect(wishes).toEqual([
      { zoom: 4 },
      { torch: true },
      { focusMode: "manual", focusDistance: 0.5 },
      { torch: false },
      { focusMode: "continuous" },
    ])
    expect(torch?.value).toBe("off")
  })

  test("says so where the camera refuses, ignores the wish, or is gone", async () => {
    const refusing = controlsOf(phoneTrack({ refuses: "torch" }).track)
    await expect(refusing.torch?.set("on")).rejects.toMatchObject({ code: "CAPTURE_OVERCONSTRAINED" })
    const ignoring = controlsOf(phoneTrack({ ignores: true }).track)
    await expect(ignoring.zoom?.set(8)).rejects.toMatchObject({ code: "CAPTURE_OVERCONSTRAINED", constraint: "zoom" })
    const { track } = phoneTrack()
    const ended = controlsOf(track)
    track.stop()
    await expect(ended.torch?.set("on")).rejects.toMatchObject({ code: "CAPTURE_ENDED" })
  })

  test("refuses what is out of range or no choice", async () => {
    const { zoom, focusMode } = controlsOf(phoneTrack().track)
    await expect(zoom?.set(9)).rejects.toThrow(RangeError)
    await expect(focusMode?.set("guess")).rejects.toThrow(RangeError)
  })
})
