import {
  takeBurst,
  takePhoto,
  takePhotoAfter,
  takeTimelapse,
  watchPicture,
  openCamera,
  type Clock,
} from "@darkslide/capture"
import { describe, expect, test } from "vitest"
import { drawnCamera } from "../drawn-camera.ts"

/** Time that passes only when someone sleeps. */
function fakeClock(pause: () => Promise<void> = async () => undefined): Clock & { slept: number[] } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
      await pause()
    },
  }
}

const signatures = {
  "image/jpeg": [0xff, 0xd8, 0xff],
  "image/png": [0x89, 0x50, 0x4e],
  "image/webp": [0x52, 0x49, 0x46],
}

describe("takePhoto()", () => {
  test.each(["image/jpeg", "image/png", "image/webp"] as const)("gives %s by type and by bytes", async (type) => {
    await using camera = await openCamera({ width: 640, height: 480 })
    for (const from of ["still", "frame"] as const) {
      const photo = await takePhoto(camera, { type, from, quality: 0.8 })
      expect(photo.blob.type).toBe(type)
      expect([...new Uint8Array(await photo.blob.slice(0, 3).arrayBuffer())]).toEqual(signatures[type])
      const { width, height } = await createImageBitmap(photo.blob)
      expect({ width, height }).toEqual({ width: photo.width, height: photo.height })
    }
  })

  test("says the size that the camera offers, and the real one of its still", async () => {
    await using camera = await openCamera({ width: 640, height: 480 })
    const photo = await takePhoto(camera, { type: "image/png" })
    expect(photo).toMatchObject({ source: "photo", sourceType: "image/png" })
    const [track] = camera.stream.getVideoTracks()
    const { imageWidth, imageHeight } = await new ImageCapture(track!).getPhotoCapabilities()
    expect(photo.largest).toEqual({ width: imageWidth?.max, height: imageHeight?.max })
  })

  test("names the type by the bytes when the camera lies about it, and takes a frame when it gives no picture", async () => {
    await using camera = await openCamera({ width: 640, height: 480 })
    const original = ImageCapture.prototype.takePhoto
    try {
      ImageCapture.prototype.takePhoto = async function () {
        return new Blob([await original.call(this)], { type: "image/jpeg" })
      }
      expect(await takePhoto(camera)).toMatchObject({
        source: "photo",
        sourceType: "image/png",
        blob: { type: "image/jpeg" },
      })
      ImageCapture.prototype.takePhoto = async () => new Blob(["half a picture"], { type: "image/jpeg" })
      expect(await takePhoto(camera)).toMatchObject({ source: "frame", width: 640, height: 480 })
    } finally {
      ImageCapture.prototype.takePhoto = original
    }
  })

  test("refuses a quality that is none, and gives up with its signal", async () => {
    await using camera = drawnCamera()
    await expect(takePhoto(camera, { quality: 92 })).rejects.toBeInstanceOf(RangeError)
    await expect(takePhoto(camera, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough")
  })
})

describe("series", () => {
  test("a timer counts the seconds down, then gives the photo", async () => {
    await using camera = drawnCamera()
    const clock = fakeClock()
    const steps: unknown[] = []
    for await (const step of takePhotoAfter(camera, { seconds: 3, clock }))
      steps.push(step.type === "tick" ? step.secondsLeft : step.photo.width)
    expect(steps).toEqual([3, 2, 1, 320])
    expect(clock.slept).toEqual([1000, 1000, 1000])
  })

  test("a burst gives its count, spaced as asked, and stops with its signal", async () => {
    await using camera = drawnCamera()
    const clock = fakeClock()
    let taken = 0
    for await (const photo of takeBurst(camera, { count: 4, everyMs: 250, clock })) {
      expect(photo.source).toBe("frame")
      taken++
    }
    expect([taken, clock.slept]).toEqual([4, [250, 250, 250]])
    const enough = new AbortController()
    const some = async (): Promise<void> => {
      for await (const _ of takeBurst(camera, { count: 1000, signal: enough.signal })) enough.abort(new Error("enough"))
    }
    await expect(some()).rejects.toThrow("enough")
  })

  test("a timelapse leaves out moments that passed, and never drifts", async () => {
    await using camera = drawnCamera()
    const clock = fakeClock()
    const at: number[] = []
    for await (const _ of takeTimelapse(camera, { everyMs: 1000, count: 4, clock })) {
      at.push(clock.now())
      // The second photo keeps its taker busy for two and a half seconds.
      if (at.length === 2) await clock.sleep(2500)
    }
    expect(at).toEqual([0, 1000, 4000, 5000])
  })

  test("refuses what is no series", async () => {
    await using camera = drawnCamera()
    await expect(takeBurst(camera, { count: 0 }).next()).rejects.toBeInstanceOf(RangeError)
    await expect(takePhotoAfter(camera, { seconds: 1.5 }).next()).rejects.toBeInstanceOf(RangeError)
    await expect(takeTimelapse(camera, { everyMs: 1 }).next()).rejects.toBeInstanceOf(RangeError)
  })
})

describe("watchPicture()", () => {
  test("says covered while it is dark, frozen while nothing changes, and ok again", async () => {
    await using camera = drawnCamera()
    const clock = fakeClock(() => camera.painted())
    const enough = new AbortController()
    const said: string[] = []
    for await (const verdict of watchPicture(camera, { everyMs: 500, clock, signal: enough.signal })) {
      said.push(verdict)
      if (said.length === 1)
        camera.draw((context) => {
          context.fillStyle = "#000"
          context.fillRect(0, 0, 320, 240)
        })
      if (said.length === 2)
        camera.draw((context) => {
          context.fillStyle = "#fff"
          context.fillRect(0, 0, 320, 240)
          context.fillStyle = "#00f"
          context.fillRect(80, 60, 160, 120)
        })
      if (said.length === 4) enough.abort()
    }
    expect(said).toEqual(["ok", "covered", "ok", "frozen"])
  })

  test("ends with its camera", async () => {
    const camera = drawnCamera()
    const said: string[] = []
    for await (const verdict of watchPicture(camera, { clock: fakeClock(), signal: AbortSignal.timeout(10_000) })) {
      said.push(verdict)
      await camera.close()
    }
    expect(said).toEqual(["ok"])
  })
})
