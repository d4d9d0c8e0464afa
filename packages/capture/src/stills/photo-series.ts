import type { Camera } from "../cameras/camera.ts"
import { systemClock, type Clock } from "../clock.ts"
import type { Photo, TakePhotoOptions } from "./photo.ts"
import { takePhoto } from "./take-photo.ts"

/** What a timer has to say: once a second how long it still takes, at the end the photo. */
export type TimedPhoto =
  | { readonly type: "tick"; readonly secondsLeft: number }
  | { readonly type: "photo"; readonly photo: Photo }

interface SeriesOptions extends TakePhotoOptions {
  readonly clock?: Clock | undefined
}

/**
 * A photo after that many whole seconds (0 to 3600), counted down.
 * @throws RangeError for other seconds; else as `takePhoto`.
 *
 * @example
 * ```ts no-run
 * await using camera = await openCamera()
 * for await (const step of takePhotoAfter(camera, { seconds: 3 }))
 *   console.log(step.type === "tick" ? step.secondsLeft : step.photo.blob)
 * ```
 */
export async function* takePhotoAfter(
  camera: Camera,
  options: SeriesOptions & { readonly seconds: number },
): AsyncGenerator<TimedPhoto, void> {
  const { seconds, clock = systemClock, ...photo } = options
  checkWhole("seconds", seconds, 0, 3600)
  const start = clock.now()
  for (let secondsLeft = seconds; secondsLeft > 0; secondsLeft--) {
    yield { type: "tick", secondsLeft }
    await sleepUntil(start + (seconds - secondsLeft + 1) * 1000, clock, photo.signal)
  }
  yield { type: "photo", photo: await takePhoto(camera, photo) }
}

/**
 * That many photos (1 to 1000) as fast as the camera gives frames, or one each `everyMs`. Frames of the preview, unless
 * `from: "still"` prefers size to speed.
 * @throws RangeError for another count; else as `takePhoto`.
 */
export async function* takeBurst(
  camera: Camera,
  options: SeriesOptions & { readonly count: number; readonly everyMs?: number | undefined },
): AsyncGenerator<Photo, void> {
  const { count, everyMs = 0, clock = systemClock, from = "frame", ...photo } = options
  checkWhole("count", count, 1, 1000)
  const start = clock.now()
  for (let taken = 0; taken < count; taken++) {
    await sleepUntil(start + taken * everyMs, clock, photo.signal)
    yield await takePhoto(camera, { ...photo, from })
  }
}

/**
 * A photo now and another one every `everyMs` (at least 100) after the first, without drift, until `count` or the signal.
 * A moment that passed while the one before was still being taken, or the caller was busy with it, is left out.
 * @throws RangeError for another interval; else as `takePhoto`.
 */
export async function* takeTimelapse(
  camera: Camera,
  options: SeriesOptions & { readonly everyMs: number; readonly count?: number | undefined },
): AsyncGenerator<Photo, void> {
  const { everyMs, count = Number.POSITIVE_INFINITY, clock = systemClock, ...photo } = options
  if (!(everyMs >= 100)) throw new RangeError(`Cannot take a timelapse: everyMs ${everyMs} is under 100`)
  const start = clock.now()
  for (let taken = 0; taken < count; taken++) {
    if (taken > 0) {
      const passed = Math.floor((clock.now() - start) / everyMs)
      await sleepUntil(start + (passed + 1) * everyMs, clock, photo.signal)
    }
    yield await takePhoto(camera, photo)
  }
}

async function sleepUntil(at: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const ms = at - clock.now()
  if (ms > 0) await clock.sleep(ms, signal)
}

function checkWhole(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`Cannot take photos: ${name} ${value} is not a whole number from ${min} to ${max}`)
}
