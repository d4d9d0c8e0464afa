import type { Page } from "playwright"
import { drawRidge, drawScene, randomFrom } from "../fixtures/fixture-pictures.ts"

/**
 * Gives the page two cameras that show drawn landscapes, for pictures of the app that are worth looking at. Everything
 * behind `navigator.mediaDevices` is the real app. Call before the first visit.
 */
export async function drawCameras(page: Page): Promise<void> {
  const functions = [drawScene, drawRidge, randomFrom].map((each) => each.toString()).join("\n")
  await page.addInitScript({ content: `{ ${functions}\n(${replaceDevices.toString()})(drawScene) }` })
}

/** Shows another landscape, and waits until the preview has it. */
export async function showLandscape(page: Page, seed: number): Promise<void> {
  await page.evaluate(async (wanted) => {
    const seen = new Promise((resolve) => document.querySelector("video")?.requestVideoFrameCallback(resolve))
    dispatchEvent(new CustomEvent("landscape", { detail: wanted }))
    await seen
  }, seed)
}

/** Runs in the page. */
function replaceDevices(draw: typeof drawScene): void {
  const width = 1280
  const height = 960
  const canvas = document.createElement("canvas")
  canvas.width = width
  canvas.height = height
  const paint = canvas.getContext("2d")
  if (paint === null) throw new Error("No canvas to draw the camera's picture on")
  let shown = 4
  let painted = 0
  /** Where something is that crosses the scene, for pictures that are about movement. */
  let walker: number | undefined
  const repaint = (): void => {
    draw(paint, shown, width, height)
    // A live sensor never gives the same picture twice.
    paint.fillStyle = `rgb(255 255 255 / ${painted++ % 2 === 0 ? 0 : 0.012})`
    paint.fillRect(0, 0, width, height)
    if (walker === undefined) return
    paint.fillStyle = "#221a16"
    paint.beginPath()
    paint.ellipse(walker, 640, 70, 150, 0, 0, Math.PI * 2)
    paint.fill()
  }
  let walk: ReturnType<typeof setInterval> | undefined
  addEventListener("intruder", () => {
    clearInterval(walk)
    walker = 200
    walk = setInterval(() => {
      walker = (walker ?? 0) + 24
      repaint()
      if (walker < 1200) return
      clearInterval(walk)
      walker = undefined
    }, 120)
  })
  addEventListener("landscape", (event) => {
    shown = (event as CustomEvent<number>).detail
    repaint()
  })
  // A canvas gives a frame when it is painted; a camera gives them all the time.
  setInterval(repaint, 100)
  const named = (label: string): InputDeviceInfo =>
    Object.assign(Object.create(InputDeviceInfo.prototype) as InputDeviceInfo, {
      toJSON: () => label,
    })
  const device = (deviceId: string, label: string): InputDeviceInfo =>
    Object.defineProperties(named(label), {
      deviceId: { value: deviceId },
      label: { value: label },
      groupId: { value: deviceId },
      kind: { value: "videoinput" },
    })
  const sound = Object.defineProperties(named("Desk microphone"), {
    deviceId: { value: "microphone" },
    label: { value: "Desk microphone" },
    groupId: { value: "desk" },
    kind: { value: "audioinput" },
  })
  const devices = [device("desk", "Desk camera"), device("door", "Front door"), sound]
  const hum = (): MediaStream => {
    const context = new AudioContext()
    const destination = context.createMediaStreamDestination()
    const oscillator = new OscillatorNode(context, { frequency: 110 })
    oscillator.connect(new GainNode(context, { gain: 0.1 })).connect(destination)
    oscillator.start()
    return destination.stream
  }
  navigator.mediaDevices.enumerateDevices = async () => devices
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    if (wishes?.audio !== undefined && wishes.audio !== false) return hum()
    repaint()
    const stream = canvas.captureStream(30)
    const isDoor = JSON.stringify(wishes).includes('"door"')
    const id = isDoor ? "door" : "desk"
    for (const track of stream.getVideoTracks()) {
      const settings = { deviceId: id, groupId: id, width, height, frameRate: 30 }
      track.getSettings = () => settings
      Object.defineProperty(track, "label", { value: isDoor ? "Front door" : "Desk camera" })
    }
    return stream
  }
}
