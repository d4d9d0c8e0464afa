import { watchMotion } from "@darkslide/capture"
import "@darkslide/capture/element"
import { createRecorder } from "@darkslide/capture/record"
import { afterEach, expect, test } from "vitest"
import { page } from "vitest/browser"

afterEach(() => document.body.replaceChildren())

const worker = () => new Worker(new URL("../../src/motion-worker.ts", import.meta.url), { type: "module" })

test("<darkslide-camera> with a real camera, recorder and motion watch gives a clip that plays, and tells what moves", async () => {
  const element = document.createElement("darkslide-camera")
  element.width = 640
  element.height = 480
  element.preRoll = 1
  element.recorder = createRecorder
  const reasons: string[] = []
  element.motion = async function* (camera, { signal }) {
    for await (const verdict of watchMotion(camera.stream, { worker, learnMs: 300, sensitivity: 8, signal })) {
      reasons.push(verdict.reason)
      yield verdict
    }
  }
  let hasMoved = false
  element.addEventListener("darkslide-motion", ({ detail }) => (hasMoved ||= detail.motion))
  document.body.append(element)
  await page.getByRole("button", { name: "Turn on camera" }).click()
  // The fake camera's disc turns all the time.
  await expect.poll(() => (hasMoved ? "motion" : reasons.join(" ")), { timeout: 60_000 }).toBe("motion")
  const made = new Promise<Blob>((resolve) =>
    element.addEventListener("darkslide-clip", ({ detail }) => resolve(detail.clip.blob), { once: true }),
  )
  await page.getByRole("button", { name: "Record" }).click()
  const shown = () => (element.shadowRoot?.textContent ?? "").replaceAll(/\s+/g, " ")
  await expect.poll(shown, { timeout: 60_000 }).toMatch(/0:0[2-9]|0:[1-5]\d/)
  await page.getByRole("button", { name: "Stop recording" }).click()
  const video = document.createElement("video")
  video.src = URL.createObjectURL(await made)
  await new Promise((resolve) => video.addEventListener("loadeddata", resolve))
  expect(video.duration).toBeGreaterThan(2)
  expect(Number.isFinite(video.duration)).toBe(true)
  expect([video.videoWidth, video.videoHeight]).toEqual([640, 480])
  const tracks = element.camera?.stream.getTracks() ?? []
  expect(tracks).toHaveLength(1)
  await element.stop()
  expect(tracks.map(({ readyState }) => readyState)).toEqual(["ended"])
  URL.revokeObjectURL(video.src)
}, 120_000)
