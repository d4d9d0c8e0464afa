import type { Camera } from "../cameras/camera.ts"
import type { Photo, TakePhotoOptions } from "../stills/photo.ts"
import { takePhotoAfter } from "../stills/photo-series.ts"
import type { ElementRecorder, ElementRecording, RecordedClip, RecorderFactory } from "./ports.ts"

/** What the person has begun. */
export type Activity =
  | { readonly doing: "nothing" | "taking" }
  | { readonly doing: "counting"; readonly secondsLeft: number }
  | { readonly doing: "recording"; readonly since: number; readonly recording: ElementRecording }

/** Takes photos and clips from the open camera, one thing at a time. */
export class Shutter {
  readonly #changed: () => void
  #activity: Activity = { doing: "nothing" }
  #present = new AbortController()
  #recorder: Promise<ElementRecorder> | undefined
  #ticking: ReturnType<typeof setInterval> | undefined

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get activity(): Activity {
    return this.#activity
  }

  /** `undefined` when something else is being done, or the timer is cancelled. @throws as `takePhoto` */
  async takePhoto(camera: Camera, seconds: number, options: TakePhotoOptions): Promise<Photo | undefined> {
    if (this.#activity.doing !== "nothing") return undefined
    const { signal } = this.#present
    this.#become(seconds > 0 ? { doing: "counting", secondsLeft: seconds } : { doing: "taking" })
    try {
      for await (const step of takePhotoAfter(camera, { ...options, seconds, signal })) {
        if (step.type === "photo") return step.photo
        this.#become({ doing: "counting", secondsLeft: step.secondsLeft })
      }
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    } finally {
      if (!signal.aborted) this.#become({ doing: "nothing" })
    }
  }

  /** Has the recorder keep the seconds that a later recording begins with. */
  prepare(make: RecorderFactory, camera: Camera, preRollSeconds: number): Promise<ElementRecorder> {
    this.#recorder ??= make(camera, { preRollSeconds, signal: this.#present.signal })
    return this.#recorder
  }

  /** Records until `stop()`, or until the recorder ends it. `undefined` when something else is being done. */
  async record(
    make: RecorderFactory,
    camera: Camera,
    preRollSeconds: number,
    started: () => void,
  ): Promise<RecordedClip | undefined> {
    if (this.#activity.doing !== "nothing") return undefined
    const { signal } = this.#present
    this.#become({ doing: "taking" })
    try {
      const recording = (await this.prepare(make, camera, preRollSeconds)).record({ preRollSeconds })
      if (signal.aborted) return undefined
      this.#become({ doing: "recording", since: Date.now(), recording })
      this.#ticking = setInterval(this.#changed, 1000)
      started()
      return await recording.done
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    } finally {
      clearInterval(this.#ticking)
      if (preRollSeconds === 0 && !signal.aborted) await this.#dropRecorder()
      if (!signal.aborted) this.#become({ doing: "nothing" })
    }
  }

  /** @throws what the recorder throws. */
  async stopRecording(): Promise<void> {
    if (this.#activity.doing === "recording") await this.#activity.recording.stop()
  }

  /** Gives up a countdown, a photo or a recording. */
  async cancel(): Promise<void> {
    this.#present.abort()
    this.#present = new AbortController()
    clearInterval(this.#ticking)
    this.#become({ doing: "nothing" })
    await this.#dropRecorder()
  }

  async #dropRecorder(): Promise<void> {
    const recorder = this.#recorder
    this.#recorder = undefined
    // A recorder that could not be made was told where it was asked for, and needs no closing.
    await recorder?.then((made) => made.close()).catch(() => undefined)
  }

  #become(activity: Activity): void {
    this.#activity = activity
    this.#changed()
  }
}
