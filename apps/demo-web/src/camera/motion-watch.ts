import type { Camera } from "@darkslide/capture"
import type { MotionVerdict } from "@darkslide/capture/motion"
import type { Recorder } from "@darkslide/capture/record"
import type { LibraryService, SavedCapture } from "../library/library-service.ts"
import type { CameraService, WatchOptions } from "./camera-service.ts"
import type { CameraSettings } from "./camera-settings.ts"
import { SafeRecording, segmentSeconds } from "./safe-recording.ts"

export interface MotionWatchOptions {
  readonly camera: Camera
  readonly cameras: CameraService
  readonly library: LibraryService
  readonly settings: Pick<CameraSettings, "sensitivity" | "onMotion" | "coolDownSeconds" | "preRollSeconds" | "zones">
  /** Called when something that shows has changed. */
  readonly changed: () => void
  readonly saved: (capture: SavedCapture) => void
}

/** How long a clip goes on after what it was made for. */
export const secondsAfter = 8

/** Watches a camera, and seals a photo or a clip whenever something moves; then rests for a while. */
export class MotionWatch {
  readonly #options: MotionWatchOptions
  #verdict: MotionVerdict | undefined
  #isTaking = false
  #restsUntil = 0
  #taking: Promise<void> = Promise.resolve()

  constructor(options: MotionWatchOptions) {
    this.#options = options
  }

  /** The newest; good until the next. */
  get verdict(): MotionVerdict | undefined {
    return this.#verdict
  }

  get isTaking(): boolean {
    return this.#isTaking
  }

  /** Whole seconds until it takes anything again. */
  get restSeconds(): number {
    return Math.max(0, Math.ceil((this.#restsUntil - performance.now()) / 1000))
  }

  /**
   * Until the signal aborts, or the camera stops. What is being taken then is still saved.
   * @throws CaptureError when it cannot watch, record or save; ServerError
   */
  async run(signal: AbortSignal): Promise<void> {
    const { camera, cameras, settings, changed } = this.#options
    const failed = new AbortController()
    const either = AbortSignal.any([signal, failed.signal])
    await using recorder = await this.#recorder(either)
    const options: WatchOptions = { ...settings, signal: either }
    try {
      for await (const verdict of cameras.watchMotion(camera, options)) {
        this.#verdict = verdict
        changed()
        if (!verdict.motion || this.#isTaking || performance.now() < this.#restsUntil) continue
        this.#taking = this.#take(recorder).catch((error: unknown) => failed.abort(error))
      }
    } finally {
      await this.#taking
    }
    failed.signal.throwIfAborted()
  }

  async #recorder(signal: AbortSignal): Promise<Recorder | undefined> {
    const { camera, cameras, settings } = this.#options
    if (settings.onMotion === "photo") return undefined
    return await cameras.record(camera, { preRollSeconds: settings.preRollSeconds, signal })
  }

  async #take(recorder: Recorder | undefined): Promise<void> {
    const { settings, changed, saved } = this.#options
    this.#isTaking = true
    changed()
    try {
      saved(recorder ? await this.#takeClip(recorder) : await this.#takePhoto())
    } finally {
      this.#isTaking = false
      this.#restsUntil = performance.now() + settings.coolDownSeconds * 1000
      changed()
    }
  }

  async #takePhoto(): Promise<SavedCapture> {
    const { camera, cameras, library } = this.#options
    const photo = await cameras.takePhoto(camera, { from: "frame" })
    return await library.save(photo, { until: "queued" })
  }

  async #takeClip(recorder: Recorder): Promise<SavedCapture> {
    const { settings, library } = this.#options
    const recording = recorder.record({
      preRollSeconds: settings.preRollSeconds,
      maxSeconds: secondsAfter,
      segmentSeconds,
    })
    return await new SafeRecording(recording, library).save({ until: "queued" })
  }
}
