import type { Browser } from "playwright"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import {
  launch,
  openPage,
  refusalOf,
  requestsOf,
  serveCapturePage,
  setCamera,
  type PageServer,
} from "./capture-page.ts"

const fake = "--use-fake-device-for-media-stream"

let server: PageServer
/** Three cameras, and a person who always allows them. */
let three: Browser
/** One camera, and a browser whose answers are set by hand. */
let asking: Browser

beforeAll(async () => {
  server = await serveCapturePage()
  three = await launch([`${fake}=device-count=3,fps=30`, "--use-fake-ui-for-media-stream"])
  asking = await launch([fake])
})

afterAll(async () => {
  await three?.close()
  await asking?.close()
  await server?.[Symbol.asyncDispose]()
})

/** A device that a page left open gives its frames to nobody else. */
afterEach(async () => {
  for (const browser of [three, asking]) for (const context of browser.contexts()) await context.close()
})

describe("a visit", () => {
  test("asks the browser once: listing, watching, photos and opening again use the camera that runs", async () => {
    const page = await openPage(three, server.origin)
    const sizes = await page.evaluate(async () => {
      const { listCameras, openCamera, takeBurst, takePhoto } = window.capture
      await listCameras()
      const first = await openCamera({ width: 640, height: 480 })
      const { width, height } = await takePhoto(first, { from: "frame" })
      const again = await openCamera({ width: 640, height: 480 })
      await listCameras()
      const burst: number[] = []
      for await (const photo of takeBurst(again, { count: 3 })) burst.push(photo.width, photo.height)
      return [width, height, ...burst, await first.ended]
    })
    expect(sizes).toEqual([640, 480, 640, 480, 640, 480, 640, 480, undefined])
    expect(await requestsOf(page)).toBe(1)
  })

  test("switches between three cameras 50 times without an error, with one on at a time", async () => {
    const page = await openPage(three, server.origin)
    const told = await page.evaluate(async () => {
      const { listCameras, openCamera } = window.capture
      await openCamera()
      const cameras = await listCameras()
      const opened = []
      for (let i = 0; i < 50; i++) {
        const { deviceId = "" } = cameras[i % cameras.length] ?? {}
        // Every third switch does not wait for the one before.
        const switching = openCamera({ deviceId, width: 640, height: 480 })
        if (i % 3 === 0) void switching.then((camera) => opened.push(camera))
        else opened.push(await switching)
      }
      const last = await openCamera({ deviceId: cameras[0]?.deviceId, width: 640, height: 480 })
      const isLive = (camera: typeof last): boolean =>
        camera.stream.getTracks().some((track) => track.readyState === "live")
      return {
        cameras: new Set(cameras.map(({ deviceId }) => deviceId)).size,
        switches: opened.length,
        live: [...opened, last].filter(isLive).length,
        lastIsLive: isLive(last),
      }
    })
    expect(told).toEqual({ cameras: 3, switches: 50, live: 1, lastIsLive: true })
  })

  test("has several cameras at once where that is asked for, but each device only once", async () => {
    const page = await openPage(three, server.origin)
    const told = await page.evaluate(async () => {
      const { listCameras, openCamera, takePhoto } = window.capture
      await openCamera({ width: 320, height: 240 })
      const [a, b] = await listCameras()
      const first = await openCamera({ deviceId: a?.deviceId, width: 320, height: 240, others: "keep" })
      const second = await openCamera({ deviceId: b?.deviceId, width: 640, height: 480, others: "keep" })
      const photos = await Promise.all([first, second].map((camera) => takePhoto(camera, { from: "frame" })))
      const third = await openCamera({ deviceId: a?.deviceId, width: 640, height: 480, others: "keep" })
      const states = [first, second, third].map((camera) => camera.stream.getVideoTracks()[0]?.readyState)
      return { widths: photos.map(({ width }) => width), states, settings: third.settings.width }
    })
    expect(told).toEqual({ widths: [320, 640], states: ["ended", "live", "live"], settings: 640 })
  })

  test("remembers the choice after a reload, also by name when the browser gave its devices new ids", async () => {
    const page = await openPage(three, server.origin, { camera: "granted" })
    const opened = async (): Promise<string> =>
      await page.evaluate(async () => {
        const camera = await window.capture.openCamera()
        await camera.close()
        return camera.info.label
      })
    const chosen = await page.evaluate(async () => {
      await (await window.capture.openCamera()).close()
      const { deviceId, label } = (await window.capture.listCameras()).at(-1)!
      await (await window.capture.openCamera({ deviceId })).close()
      return label
    })
    await page.reload()
    await page.waitForFunction(() => "capture" in window)
    expect(await opened()).toBe(chosen)
    await page.evaluate((label) => {
      localStorage.setItem("darkslide.camera", JSON.stringify({ deviceId: "from-before", label }))
    }, chosen)
    expect(await opened()).toBe(chosen)
    await page.evaluate(() => localStorage.setItem("darkslide.camera", "not a choice"))
    expect(await opened()).not.toBe("")
  })
})

describe("after a no", () => {
  test("the camera opens without being asked for again once the person allowed it in the settings", async () => {
    const page = await openPage(asking, server.origin, { camera: "denied" })
    expect((await refusalOf(page)).code).toBe("CAPTURE_DENIED")
    expect((await refusalOf(page)).code).toBe("CAPTURE_DENIED")
    expect(await requestsOf(page)).toBe(1)
    await setCamera(page, server.origin, "granted")
    expect(await refusalOf(page)).toEqual({})
    expect(await requestsOf(page)).toBe(2)
  })

  test("the browser's own camera element can be offered", async () => {
    const page = await openPage(asking, server.origin)
    const told = await page.evaluate(() => {
      const name = window.capture.recoveryElement()
      return { name, isKnown: name !== undefined && !(document.createElement(name) instanceof HTMLUnknownElement) }
    })
    expect(told).toEqual({ name: "camera", isKnown: true })
  })
})

describe("controls", () => {
  test("zoom, pan and tilt move where the person allowed it; outside of their range is a RangeError", async () => {
    const page = await openPage(asking, server.origin)
    await setCamera(page, server.origin, "granted")
    await setCamera(page, server.origin, "granted", true)
    const told = await page.evaluate(async () => {
      const camera = await window.capture.openCamera({ panTiltZoom: "ask" })
      const { zoom, pan, tilt, torch, focusDistance, focusMode } = camera.controls
      if (!zoom || !pan || !tilt) throw new Error("It does not move")
      if (!focusDistance || !focusMode) throw new Error("It does not focus")
      await zoom.set(zoom.max)
      await pan.set(pan.min)
      await focusDistance.set(focusDistance.min)
      // The fake device offers a second mode, and stays in the first.
      const unmoved: unknown = await focusMode.set("continuous").catch((error: unknown) => error)
      const refusal: unknown = await zoom.set(zoom.max + 1).catch((error: unknown) => error)
      const { width } = camera.stream.getVideoTracks()[0]?.getSettings() ?? {}
      return {
        zoom: zoom.value === zoom.max,
        pan: pan.value === pan.min,
        tilt: tilt.value >= tilt.min,
        refusal: refusal instanceof RangeError,
        focus: [focusDistance.value === focusDistance.min, ...focusMode.options, focusMode.value],
        unmoved: unmoved instanceof window.capture.CaptureError ? [unmoved.code, unmoved.constraint] : [],
        torch,
        relaxed: camera.relaxed,
        width,
      }
    })
    expect(told).toEqual({
      zoom: true,
      pan: true,
      tilt: true,
      refusal: true,
      focus: [true, "manual", "continuous", "manual"],
      unmoved: ["CAPTURE_OVERCONSTRAINED", "focusMode"],
      torch: undefined,
      relaxed: [],
      width: 1920,
    })
  })

  test("are absent, and said to be, where the person did not allow to move the camera", async () => {
    const page = await openPage(asking, server.origin, { camera: "granted" })
    const told = await page.evaluate(async () => {
      const camera = await window.capture.openCamera({ panTiltZoom: "ask", facing: "environment", width: 640 })
      return { controls: Object.keys(camera.controls), relaxed: camera.relaxed }
    })
    expect(told.controls).toEqual(["focusDistance", "focusMode"])
    expect(told.relaxed).toEqual([
      { wish: "facing", asked: "environment", got: undefined },
      { wish: "panTiltZoom", asked: "ask", got: undefined },
    ])
  })
})
