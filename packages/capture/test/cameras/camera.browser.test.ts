import {
  CaptureError,
  listCameras,
  makeThumbnail,
  openCamera,
  takePhoto,
  watchCameras,
  type Camera,
} from "@darkslide/capture"
import { afterEach, describe, expect, test } from "vitest"

const open: Camera[] = []

afterEach(async () => {
  for (const camera of open.splice(0)) await camera.close()
})

async function use(options?: Parameters<typeof openCamera>[0]): Promise<Camera> {
  const camera = await openCamera(options)
  open.push(camera)
  return camera
}

describe("listCameras()", () => {
  test("names both cameras once one was allowed", async () => {
    await use()
    const cameras = await listCameras()
    expect(cameras).toHaveLength(2)
    expect(new Set(cameras.map((camera) => camera.label)).size).toBe(2)
    expect(cameras.every((camera) => camera.deviceId.length > 0)).toBe(true)
  })
})

describe("watchCameras()", () => {
  test("gives the list at once, again on a change, and ends with its signal", async () => {
    const controller = new AbortController()
    let lists = 0
    for await (const cameras of watchCameras({ signal: controller.signal })) {
      expect(cameras).toHaveLength(2)
      if (++lists === 1) navigator.mediaDevices.dispatchEvent(new Event("devicechange"))
      else controller.abort()
    }
    expect(lists).toBe(2)
  })
})

describe("openCamera()", () => {
  test("opens the one that was chosen, at the size that was wished", async () => {
    await use()
    for (const { deviceId } of await listCameras()) {
      const camera = await use({ deviceId, width: 640, height: 480 })
      expect(camera.info.deviceId).toBe(deviceId)
      expect(camera.settings).toMatchObject({ width: 640, height: 480 })
    }
  })

  test("closes the camera before it, and survives being asked many times at once", async () => {
    const cameras = await Promise.all([use(), use(), use()])
    const live = cameras.filter((camera) => camera.stream.getTracks().every((track) => track.readyState === "live"))
    expect(live).toEqual([cameras.at(-1)])
    expect(await cameras[0].ended).toBeUndefined()
  })

  test("says that a camera is not there", async () => {
    await expect(openCamera({ deviceId: "nobody" })).rejects.toMatchObject({
      code: "CAPTURE_NOT_FOUND",
      hint: expect.stringContaining("choose another") as string,
    })
  })

  test("rejects with the signal's reason and leaves no camera on", async () => {
    const controller = new AbortController()
    const opening = openCamera({ signal: controller.signal })
    controller.abort(new Error("enough"))
    await expect(opening).rejects.toThrow("enough")
  })

  test("says when the camera ends by itself", async () => {
    const camera = await use()
    const [track] = camera.stream.getVideoTracks()
    track?.dispatchEvent(new Event("ended"))
    expect((await camera.ended)?.code).toBe("CAPTURE_ENDED")
  })
})

describe("takePhoto()", () => {
  test("gives a JPEG of the size that it reports, whatever type the camera gave", async () => {
    const camera = await use({ width: 640, height: 480 })
    const photo = await takePhoto(camera)
    expect(photo.blob.type).toBe("image/jpeg")
    expect(new Uint8Array(await photo.blob.slice(0, 3).arrayBuffer())).toEqual(new Uint8Array([0xff, 0xd8, 0xff]))
    const bitmap = await createImageBitmap(photo.blob)
    expect([bitmap.width, bitmap.height]).toEqual([photo.width, photo.height])
    expect(photo.sourceType).not.toBe("")
    expect(colours(bitmap)).toBeGreaterThan(50)
  })

  test("takes a frame where the browser has no stills", async () => {
    const camera = await use({ width: 640, height: 480 })
    const original = Object.getOwnPropertyDescriptor(globalThis, "ImageCapture")
    Reflect.deleteProperty(globalThis, "ImageCapture")
    try {
      const photo = await takePhoto(camera)
      expect(photo).toMatchObject({ source: "frame", width: 640, height: 480 })
      expect(colours(await createImageBitmap(photo.blob))).toBeGreaterThan(50)
    } finally {
      if (original) Object.defineProperty(globalThis, "ImageCapture", original)
    }
  })

  test("refuses a camera that was closed", async () => {
    const camera = await use()
    await camera.close()
    await expect(takePhoto(camera)).rejects.toBeInstanceOf(CaptureError)
  })
})

describe("makeThumbnail()", () => {
  test("fits the longer side into 320 pixels", async () => {
    const camera = await use({ width: 640, height: 480 })
    const thumbnail = await makeThumbnail((await takePhoto(camera)).blob)
    const bitmap = await createImageBitmap(thumbnail)
    expect([bitmap.width, bitmap.height]).toEqual([320, 240])
    expect(thumbnail.type).toBe("image/jpeg")
  })
})

function colours(bitmap: ImageBitmap): number {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext("2d")
  context?.drawImage(bitmap, 0, 0)
  const pixels = new Uint32Array(
    context?.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer ?? new ArrayBuffer(),
  )
  return new Set(pixels).size
}
