import { openCamera, type Camera } from "@darkslide/capture"
import { clipFormats, createRecorder, joinSegments, type Clip, type Segment } from "@darkslide/capture/record"
import { afterEach, describe, expect, test } from "vitest"

const open: AsyncDisposable[] = []

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]()
})

function keep<Opened extends AsyncDisposable>(opened: Opened): Opened {
  open.push(opened)
  return opened
}

async function smallCamera(): Promise<Camera> {
  return keep(await openCamera({ width: 320, height: 240 }))
}

/** Plays a clip at high speed to its end, and seeks in it. */
async function play(blob: Blob): Promise<{ duration: number; ended: boolean; seeked: number }> {
  const video = document.createElement("video")
  video.muted = true
  video.src = URL.createObjectURL(blob)
  try {
    await event(video, "loadeddata")
    const { duration } = video
    video.currentTime = duration / 2
    await event(video, "seeked")
    const seeked = video.currentTime
    video.currentTime = 0
    await event(video, "seeked")
    video.playbackRate = 8
    await video.play()
    await event(video, "ended")
    return { duration, ended: video.ended, seeked }
  } finally {
    URL.revokeObjectURL(video.src)
  }
}

async function event(video: HTMLVideoElement, name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    video.addEventListener(name, () => resolve(), { once: true })
    video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true })
  })
}

describe("createRecorder()", () => {
  for (const format of clipFormats) {
    test(`gives a clip that plays to its end and seeks: ${format.codec} in ${format.container}`, async () => {
      const recorder = keep(await createRecorder(await smallCamera(), { formats: [format], preRollSeconds: 2 }))
      expect(recorder.capabilities).toMatchObject({ method: "webcodecs", format, preRoll: true, frames: "stream" })
      const clip = await recorder.clip({ seconds: 1.5 })
      expect(clip.blob.type).toBe(`video/${format.container}`)
      expect(clip).toMatchObject({ width: 320, height: 240, endedBy: "max-seconds" })
      const played = await play(clip.blob)
      expect(played.duration).toBeCloseTo(clip.durationSeconds, 1)
      expect(played.ended).toBe(true)
      expect(played.seeked).toBeCloseTo(played.duration / 2, 2)
      expect((await createImageBitmap(clip.thumbnail as Blob)).width).toBe(320)
    })
  }
})
