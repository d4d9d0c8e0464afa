import type { Camera, CameraInfo, OpenCameraOptions } from "../cameras/camera.ts"
import { isDarkslideError } from "@darkslide/crypto/errors"
import type { PictureVerdict } from "../stills/judge-picture.ts"
import { watchPicture } from "../stills/watch-picture.ts"
import type { CameraSource, MotionSight, MotionWatch } from "./ports.ts"

/** What there is to show. */
export type SessionState =
  | { readonly state: "off" | "starting" }
  | { readonly state: "live"; readonly camera: Camera }
  | { readonly state: "failed"; readonly error: unknown }

/** Told what happened, in order. */
export interface SessionListener {
  changed(): void
  opened(camera: Camera): void
  failed(error: unknown): void
  judged(verdict: PictureVerdict): void
  saw(motion: boolean): void
}

/** Keeps one camera for an element: follows the list, opens and switches, watches its picture, tells when it ends. */
export class CameraSession {
  readonly #source: () => CameraSource
  readonly #listener: SessionListener
  #state: SessionState = { state: "off" }
  #list: readonly CameraInfo[] = []
  #verdict: PictureVerdict = "ok"
  #sight: MotionSight | undefined
  /** Of the attempt to open, then of all that watches what was opened. */
  #present = new AbortController()
  #following: AbortController | undefined
  #options: OpenCameraOptions = {}

  constructor(source: () => CameraSource, listener: SessionListener) {
    this.#source = source
    this.#listener = listener
  }

  get state(): SessionState {
    return this.#state
  }

  get list(): readonly CameraInfo[] {
    return this.#list
  }

  get verdict(): PictureVerdict {
    return this.#verdict
  }

  get sight(): MotionSight | undefined {
    return this.#sight
  }

  /** Opens a camera in place of the present one. The newest call wins; none rejects: what fails becomes the state. */
  async open(options: OpenCameraOptions): Promise<void> {
    const present = this.#renew()
    this.#options = options
    this.#become({ state: "starting" })
    void this.#follow()
    try {
      const camera = await this.#source().open({ ...options, signal: present.signal })
      if (present.signal.aborted) return await camera.close()
      void camera.ended.then((error) => this.#ended(camera, error))
      this.#become({ state: "live", camera })
      this.#listener.opened(camera)
      void this.#judge(camera, present.signal)
      // The permission that came with opening gives the cameras their names.
      void this.#follow("again")
    } catch (error) {
      if (!present.signal.aborted) this.#fail(error)
    }
  }

  /** Stops the device, or the attempt to open it, and all that watches. */
  async close(): Promise<void> {
    const before = this.#state
    this.#renew()
    this.#following?.abort()
    this.#following = undefined
    this.#become({ state: "off" })
    if (before.state === "live") await before.camera.close()
  }

  /** Shows what a motion watch sees while the present camera is open. */
  async watchMotion(watch: MotionWatch): Promise<void> {
    if (this.#state.state !== "live") return
    const { signal } = this.#present
    try {
      for await (const sight of watch(this.#state.camera, { signal })) {
        if (signal.aborted) return
        const before = this.#sight?.motion ?? false
        this.#sight = sight
        if (before !== sight.motion) this.#listener.saw(sight.motion)
        this.#listener.changed()
      }
    } catch (error) {
      if (!signal.aborted) this.#listener.failed(error)
    }
  }

  #renew(): AbortController {
    this.#present.abort()
    this.#present = new AbortController()
    this.#verdict = "ok"
    this.#sight = undefined
    return this.#present
  }

  async #follow(how: "once" | "again" = "once"): Promise<void> {
    if (this.#following !== undefined && how === "once") return
    this.#following?.abort()
    const following = new AbortController()
    this.#following = following
    let before: readonly CameraInfo[] | undefined
    try {
      for await (const list of this.#source().watch({ signal: following.signal })) {
        if (following.signal.aborted) return
        const isNew = before !== undefined && list.length > before.length
        before = this.#list = list
        this.#listener.changed()
        if (isNew && this.#isWaiting()) void this.open(this.#options)
      }
    } catch (error) {
      // Where there is no list, opening fails for the same reason and says so; a list that breaks later is said here.
      if (!following.signal.aborted && this.#state.state === "live") this.#listener.failed(error)
      if (this.#following === following) this.#following = undefined
    }
  }

  /** Plugged in again, a camera is what was waited for. */
  #isWaiting(): boolean {
    if (this.#state.state !== "failed") return false
    const { error } = this.#state
    return isDarkslideError(error, "CAPTURE_UNPLUGGED") || isDarkslideError(error, "CAPTURE_NOT_FOUND")
  }

  async #judge(camera: Camera, signal: AbortSignal): Promise<void> {
    try {
      for await (const verdict of watchPicture(camera, { signal })) {
        if (signal.aborted || verdict === this.#verdict) continue
        this.#verdict = verdict
        this.#listener.judged(verdict)
        this.#listener.changed()
      }
    } catch (error) {
      if (!signal.aborted) this.#listener.failed(error)
    }
  }

  #ended(camera: Camera, error: unknown): void {
    if (error === undefined || this.#state.state !== "live" || this.#state.camera !== camera) return
    this.#renew()
    this.#fail(error)
  }

  #fail(error: unknown): void {
    this.#become({ state: "failed", error })
    this.#listener.failed(error)
  }

  #become(state: SessionState): void {
    this.#state = state
    this.#listener.changed()
  }
}
