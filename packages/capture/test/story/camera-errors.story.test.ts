import type { Browser, Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import {
  launch,
  openPage,
  refusalOf,
  requestsOf,
  serveCapturePage,
  setCamera,
  type CameraSetting,
  type PageServer,
} from "./capture-page.ts"

const camera = "--use-fake-device-for-media-stream"
const yes = "--use-fake-ui-for-media-stream"

let server: PageServer
const browsers = new Map<string, Promise<Browser>>()

beforeAll(async () => {
  server = await serveCapturePage()
})

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close()
  await server?.[Symbol.asyncDispose]()
})

async function visit(
  flags: readonly string[],
  options: { path?: string; host?: string; camera?: CameraSetting; before?: () => void } = {},
): Promise<Page> {
  const key = flags.join(" ")
  browsers.set(key, browsers.get(key) ?? launch(flags))
  const { path = "/", host = "127.0.0.1", ...rest } = options
  return await openPage(await browsers.get(key)!, `http://${host}:${server.port}${path}`, rest)
}

describe("by what a real browser does", () => {
  test("CAPTURE_INSECURE: a page by http, not from this machine", async () => {
    const page = await visit([camera, yes, "--host-resolver-rules=MAP insecure.test 127.0.0.1"], {
      host: "insecure.test",
    })
    expect(await refusalOf(page)).toMatchObject({ code: "CAPTURE_INSECURE", hint: expect.stringContaining("https") })
  })

  test("CAPTURE_POLICY_BLOCKED: a page that forbids itself cameras; nobody is asked", async () => {
    const page = await visit([camera, yes], { path: "/forbidden" })
    expect(await refusalOf(page)).toMatchObject({ code: "CAPTURE_POLICY_BLOCKED" })
    expect(await requestsOf(page)).toBe(0)
  })

  test("CAPTURE_POLICY_BLOCKED: a frame of another origin that was not let in", async () => {
    const page = await visit([camera, yes], { path: "/framed" })
    const frame = page.frames().at(-1)!
    await frame.waitForFunction(() => "capture" in window)
    const code = await frame.evaluate(async () => {
      const refusal: unknown = await window.capture.openCamera().catch((error: unknown) => error)
      return refusal instanceof window.capture.CaptureError ? refusal.code : undefined
    })
    expect(code).toBe("CAPTURE_POLICY_BLOCKED")
  })

  test("CAPTURE_DENIED: the browser keeps the person's no", async () => {
    const page = await visit([camera], { camera: "denied" })
    expect(await refusalOf(page)).toMatchObject({ code: "CAPTURE_DENIED", hint: expect.stringContaining("settings") })
  })

  test("CAPTURE_DENIED: a person who says no is asked once in a visit", async () => {
    const page = await visit([camera, `${yes}=deny`])
    expect((await refusalOf(page)).code).toBe("CAPTURE_DENIED")
    expect((await refusalOf(page)).code).toBe("CAPTURE_DENIED")
    expect(await requestsOf(page)).toBe(1)
  })

  test("CAPTURE_DISMISSED: the question was closed without an answer", async () => {
    const page = await visit([camera], { camera: "prompt" })
    expect(await refusalOf(page)).toMatchObject({ code: "CAPTURE_DISMISSED", hint: expect.stringContaining("again") })
  })

  test("CAPTURE_NOT_FOUND: no camera at all, or not that one", async () => {
    expect((await refusalOf(await visit([`${camera}=device-count=0`, yes]))).code).toBe("CAPTURE_NOT_FOUND")
    expect((await refusalOf(await visit([camera, yes]), { deviceId: "nobody" })).code).toBe("CAPTURE_NOT_FOUND")
  })

  test("CAPTURE_OVERCONSTRAINED: insisted on what the camera has not, and says on what", async () => {
    const page = await visit([camera, yes])
    const told = await page.evaluate(async () => {
      const refusal: unknown = await window.capture
        .openCamera({ facing: "environment", insistOn: ["facing"] })
        .catch((error: unknown) => error)
      if (!(refusal instanceof window.capture.CaptureError)) throw new TypeError("It opened")
      return { code: refusal.code, constraint: refusal.constraint }
    })
    expect(told).toEqual({ code: "CAPTURE_OVERCONSTRAINED", constraint: "facing" })
  })

  test("CAPTURE_ENDED: the permission is taken back while the camera runs", async () => {
    const page = await visit([camera], { camera: "granted" })
    await page.evaluate(async () => {
      const opened = await window.capture.openCamera()
      Object.assign(window, { end: opened.ended.then((error) => error?.code) })
    })
    await setCamera(page, server.origin, "denied")
    expect(await page.evaluate(() => (window as Window & { end?: Promise<string> }).end)).toBe("CAPTURE_ENDED")
  })
})

/** What no flag brings about: the browser's own function is replaced, and throws what browsers are known to throw. */
describe("by a double in place of getUserMedia or the canvas", () => {
  test("CAPTURE_UNSUPPORTED: no mediaDevices in a secure page", async () => {
    const page = await visit([camera, yes], {
      before: () => Object.defineProperty(Navigator.prototype, "mediaDevices", { value: undefined }),
    })
    expect((await refusalOf(page)).code).toBe("CAPTURE_UNSUPPORTED")
  })

  test("CAPTURE_DENIED_BY_OS: Chromium's message for it", async () => {
    const page = await visit([camera, yes], {
      before: () => {
        navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException("Permission denied by system", "NotAllowedError")
        }
      },
    })
    expect(await refusalOf(page)).toMatchObject({
      code: "CAPTURE_DENIED_BY_OS",
      hint: expect.stringContaining("system"),
    })
  })

  test("CAPTURE_BUSY: tried four times before it is said; free on the third, nobody notices", async () => {
    const page = await visit([camera, yes], {
      before: () => {
        const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
        const state = Object.assign(window, { tries: 0, freeAt: Number.POSITIVE_INFINITY })
        navigator.mediaDevices.getUserMedia = async (constraints) => {
          if (++state.tries < state.freeAt) throw new DOMException("Could not start video source", "NotReadableError")
          return await original(constraints)
        }
      },
    })
    expect((await refusalOf(page)).code).toBe("CAPTURE_BUSY")
    expect(await page.evaluate(() => (window as Window & { tries?: number }).tries)).toBe(4)
    await page.evaluate(() => Object.assign(window, { tries: 0, freeAt: 3 }))
    expect(await refusalOf(page)).toEqual({})
  })

  test("CAPTURE_UNPLUGGED: the track ends and the device leaves the list a little later", async () => {
    const page = await visit([`${camera}=device-count=2`, yes])
    const code = await page.evaluate(async () => {
      const opened = await window.capture.openCamera()
      const devices = await navigator.mediaDevices.enumerateDevices()
      opened.stream.getVideoTracks()[0]?.dispatchEvent(new Event("ended"))
      await new Promise((resolve) => setTimeout(resolve, 50))
      navigator.mediaDevices.enumerateDevices = async () =>
        devices.filter(({ deviceId }) => deviceId !== opened.info.deviceId)
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"))
      return (await opened.ended)?.code
    })
    expect(code).toBe("CAPTURE_UNPLUGGED")
  })

  test("CAPTURE_READBACK_TAMPERED: a browser that adds noise to what a canvas gives back", async () => {
    const page = await visit([camera, yes], {
      before: () => {
        const original = OffscreenCanvasRenderingContext2D.prototype.getImageData
        OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...args) {
          const image = original.apply(this, args)
          image.data[5] = 254
          return image
        }
      },
    })
    const codes = await page.evaluate(async () => {
      const opened = await window.capture.openCamera()
      const codeOf = (error: unknown): string => (error instanceof window.capture.CaptureError ? error.code : "other")
      const photo = await window.capture.takePhoto(opened, { from: "frame" }).catch(codeOf)
      const watch = window.capture.watchPicture(opened, { signal: AbortSignal.timeout(5000) })
      return [photo, await watch.next().catch(codeOf)]
    })
    expect(codes).toEqual(["CAPTURE_READBACK_TAMPERED", "CAPTURE_READBACK_TAMPERED"])
  })
})
