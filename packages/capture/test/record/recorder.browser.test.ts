import { listCameras, openCamera, takePhoto, type Camera } from "@darkslide/capture"
import { clipFormats, createRecorder, joinSegments, type Recorder, type Segment } from "@darkslide/capture/record"
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

/** Until a recording can begin so long ago. */
async function filled(recorder: Recorder, seconds: number): Promise<void> {
  await recorder.clip({ seconds })
}

async function read(segments: AsyncIterable<Segment>): Promise<Segment[]> {
  const all: Segment[] = []
  for await (const segment of segments) all.push(segment)
  return all
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
    const ended = event(video, "ended")
    // A clip so short may end before the page hears that it plays, which then counts as an interruption.
    video.play().catch(() => undefined)
    await ended
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

test("records a camera whose frames stay with the graphics hardware, and keeps none from its other readers", async () => {
  const [, second] = await listCameras()
  const camera = keep(await openCamera({ deviceId: second?.deviceId, width: 320, height: 240 }))
  const recorder = keep(await createRecorder(camera, { preRollSeconds: 1 }))
  const clip = await recorder.clip({ seconds: 1.5 })
  expect((await play(clip.blob)).ended).toBe(true)
  expect(clip.longestGapSeconds).toBeLessThan(1)
  expect((await takePhoto(camera)).width).toBe(320)
})

describe("a recording", () => {
  test("begins before it was asked for, as far as the ring goes", async () => {
    const recorder = keep(await createRecorder(await smallCamera(), { preRollSeconds: 2, keyFrameSeconds: 0.5 }))
    await filled(recorder, 2.6)
    const clip = await recorder.clip({ preRollSeconds: 2, seconds: 0.2 })
    expect(clip.preRollSeconds).toBeGreaterThanOrEqual(2)
    expect(clip.preRollSeconds).toBeLessThan(3)
    expect(clip.durationSeconds).toBeGreaterThan(2)
    expect((await recorder.clip({ seconds: 0.2 })).preRollSeconds).toBeLessThan(1)
  })

  test("gives less pre-roll than was asked for, and says so, when the camera has just started", async () => {
    const recorder = keep(await createRecorder(await smallCamera(), { preRollSeconds: 60 }))
    const clip = await recorder.clip({ preRollSeconds: 60, seconds: 0.3 })
    expect(clip.preRollSeconds).toBeLessThan(5)
  })

  test("ends when it is stopped, and goes on beside another", async () => {
    const recorder = keep(await createRecorder(await smallCamera()))
    const one = recorder.record()
    const other = recorder.record({ maxSeconds: 0.8 })
    expect(await one.stop()).toMatchObject({ endedBy: "stop" })
    const { blob, endedBy } = await other.done
    expect(endedBy).toBe("max-seconds")
    expect(await play(blob)).toMatchObject({ ended: true })
    expect(await one.stop()).toBe(await one.done)
  })

  test("ends by itself at its most bytes", async () => {
    const recorder = keep(await createRecorder(await smallCamera()))
    const clip = await recorder.record({ maxBytes: 20_000 }).done
    expect(clip.endedBy).toBe("max-bytes")
    expect(clip.blob.size).toBeLessThan(30_000)
  })

  test("tells its progress, and is what the camera gave until it ended", async () => {
    const camera = await smallCamera()
    const recorder = keep(await createRecorder(camera, { keyFrameSeconds: 0.2 }))
    const seen: number[] = []
    const recording = recorder.record({
      onProgress({ frames }) {
        seen.push(frames)
        if (seen.length === 4) void camera.close()
      },
    })
    expect(await recording.done).toMatchObject({ endedBy: "camera" })
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
    await expect(recorder.clip({ seconds: 1 })).rejects.toMatchObject({ code: "CAPTURE_ENDED" })
  })

  test("that is aborted rejects with the reason, and gives nothing", async () => {
    const recorder = keep(await createRecorder(await smallCamera()))
    const controller = new AbortController()
    const recording = recorder.record({ signal: controller.signal, segmentSeconds: 1 })
    controller.abort(new Error("enough"))
    await expect(recording.done).rejects.toThrow("enough")
    await expect(read(recording.segments)).rejects.toThrow("enough")
    await recorder.clip({ seconds: 0.2 })
  })

  test("is cut into segments that play, and join into the whole again", async () => {
    const recorder = keep(await createRecorder(await smallCamera(), { preRollSeconds: 1, keyFrameSeconds: 0.5 }))
    await filled(recorder, 1.6)
    const recording = recorder.record({ preRollSeconds: 1, segmentSeconds: 1, maxSeconds: 2.2 })
    const segments = await read(recording.segments)
    const whole = await recording.done
    expect(segments.length).toBeGreaterThanOrEqual(3)
    expect(segments.map(({ clip }) => clip)).toEqual(
      segments.map((_, index) => ({ id: recording.id, index, last: index === segments.length - 1 })),
    )
    for (const { blob, thumbnail } of segments) {
      expect((await play(blob)).ended).toBe(true)
      expect(thumbnail?.type).toBe("image/jpeg")
    }
    expect(sum(segments.map(({ frames }) => frames ?? 0))).toBe(whole.frames)
    const joined = await joinSegments(segments.toReversed())
    expect(joined).toMatchObject({ frames: whole.frames, width: 320, height: 240, series: "whole" })
    expect(joined.durationSeconds).toBeCloseTo(whole.durationSeconds, 1)
    expect(await play(joined.blob)).toMatchObject({ ended: true })
    expect(await joinSegments(segments.slice(0, -1))).toMatchObject({ series: "cut" })
  })

  test("in WebM joins as well", async () => {
    const formats = [{ codec: "vp8", container: "webm" }] as const
    const recorder = keep(await createRecorder(await smallCamera(), { formats, keyFrameSeconds: 0.5 }))
    const recording = recorder.record({ segmentSeconds: 0.5, maxSeconds: 1.2 })
    const joined = await joinSegments(await read(recording.segments))
    const whole = await recording.done
    expect(joined.frames).toBe(whole.frames)
    // WebM writes down milliseconds.
    expect(joined.durationSeconds).toBeCloseTo(whole.durationSeconds, 2)
    expect(await play(joined.blob)).toMatchObject({ ended: true })
  })

  test("refuses what makes no sense", async () => {
    const recorder = keep(await createRecorder(await smallCamera(), { preRollSeconds: 2 }))
    expect(() => recorder.record({ preRollSeconds: 3 })).toThrow(RangeError)
    expect(() => recorder.record({ maxSeconds: Number.NaN })).toThrow(RangeError)
    expect(() => recorder.record({ segmentSeconds: -1 })).toThrow(RangeError)
    await expect(createRecorder(new MediaStream())).rejects.toMatchObject({ code: "CAPTURE_ENDED" })
    await recorder.close()
    await expect(recorder.clip({ seconds: 1 })).rejects.toMatchObject({ code: "CAPTURE_RECORDING_FAILED" })
  })
})

describe("where the browser has less", () => {
  test("frames come from a hidden video without MediaStreamTrackProcessor", async () => {
    const recorder = await without("MediaStreamTrackProcessor", async () => await createRecorder(await smallCamera()))
    keep(recorder)
    expect(recorder.capabilities).toMatchObject({ method: "webcodecs", frames: "port" })
    const clip = await recorder.clip({ seconds: 1 })
    expect(clip.frames).toBeGreaterThan(5)
    expect(await play(clip.blob)).toMatchObject({ ended: true })
  })

  for (const format of [clipFormats[0]!, clipFormats[3]!]) {
    test(`the browser's own recorder serves without WebCodecs: ${format.codec} in ${format.container}`, async () => {
      await without("VideoEncoder", async () => {
        const recorder = keep(await createRecorder(await smallCamera(), { formats: [format] }))
        expect(recorder.capabilities).toEqual({
          ...{ method: "media-recorder", format, preRoll: false, segments: false },
          ...{ dropCount: false, frames: undefined, audio: { state: "off" } },
        })
        const clip = await recorder.clip({ preRollSeconds: 5, seconds: 1.5 })
        expect(clip).toMatchObject({ preRollSeconds: 0, width: 320, height: 240, endedBy: "max-seconds" })
        const played = await play(clip.blob)
        expect(played.ended).toBe(true)
        expect(played.duration).toBeCloseTo(clip.durationSeconds, 1)
        expect(clip.thumbnail?.type).toBe("image/jpeg")
      })
    })
  }
})

async function without<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const original = Object.getOwnPropertyDescriptor(globalThis, name)
  Reflect.deleteProperty(globalThis, name)
  try {
    return await work()
  } finally {
    if (original) Object.defineProperty(globalThis, name, original)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
