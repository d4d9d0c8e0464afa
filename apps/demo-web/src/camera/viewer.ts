import type { Camera, CameraInfo, OpenCameraOptions, PictureVerdict } from "@darkslide/capture"
import { isDarkslideError } from "@darkslide/crypto/errors"
import type { CameraService } from "./camera-service.ts"

/** What the viewfinder has to show. */
export type ViewerState =
  | { readonly state: "opening" }
  | { readonly state: "live"; readonly camera: Camera }
  | { readonly state: "failed"; readonly error: unknown }

/**
 * Keeps one camera open for a page: follows the list, opens what is chosen, gives up the one before, and tells when
 * the device stops by itself.
 */
export class CameraViewer {
  readonly #cameras: CameraService
  readonly #changed: () => void
  readonly #wishes: OpenCameraOptions
  #opening = new AbortController()
  #state: ViewerState = { state: "opening" }
  #list: readonly CameraInfo[] = []
  #verdict: PictureVerdict = "ok"
  #wanted: string | undefined

  constructor(cameras: CameraService, changed: () => void, wishes: OpenCameraOptions = {}) {
    this.#cameras = cameras
    this.#changed = changed
    this.#wishes = wishes
  }

  get state(): ViewerState {
    return this.#state
  }

  get list(): readonly CameraInfo[] {
    return this.#list
  }

  /** The camera that was asked for last, if any. */
  get wanted(): string | undefined {
    return this.#wanted
  }

  /** Whether the open camera shows anything. */
  get verdict(): PictureVerdict {
    return this.#verdict
  }

  /** Follows the list of cameras until `signal` aborts, then closes the open one. */
  async follow(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => void this.close(), { once: true })
    try {
      for await (const list of this.#cameras.watch({ signal })) {
        this.#list = list
        this.#changed()
      }
    } catch (error) {
      // Without a list there is still the browser's own choice; opening it says what is wrong.
      if (!signal.aborted) console.warn("Cannot follow the list of cameras", error)
    }
  }

  /** Opens a camera in place of the present one, or again the one asked for last. The newest call wins. */
  async open(deviceId: string | undefined = this.#wanted): Promise<void> {
    this.#wanted = deviceId
    await this.close()
    const opening = new AbortController()
    this.#opening = opening
    this.#become({ state: "opening" })
    try {
      const camera = await this.#cameras.open({ ...this.#wishes, deviceId, signal: opening.signal })
      if (opening.signal.aborted) return await camera.close()
      void camera.ended.then((error) => this.#stopped(camera, error))
      this.#become({ state: "live", camera })
      void this.#watchPicture(camera, opening.signal)
      // The permission that came with opening gives the cameras their names.
      this.#list = await this.#cameras.list({ signal: opening.signal })
      this.#changed()
    } catch (error) {
      if (!opening.signal.aborted) this.#become({ state: "failed", error })
    }
  }

  /** Stops the device, or the attempt to open it. */
  async close(): Promise<void> {
    this.#opening.abort()
    const before = this.#state
    this.#state = { state: "opening" }
    this.#verdict = "ok"
    if (before.state === "live") await before.camera.close()
  }

  async #watchPicture(camera: Camera, signal: AbortSignal): Promise<void> {
    try {
      for await (const verdict of this.#cameras.watchPicture(camera, { signal })) {
        this.#verdict = verdict
        this.#changed()
      }
    } catch (error) {
      // A browser that alters pictures cannot say; taking one will tell why.
      if (!signal.aborted && !isDarkslideError(error)) throw error
    }
  }

  #stopped(camera: Camera, error: unknown): void {
    if (error === undefined || this.#state.state !== "live" || this.#state.camera !== camera) return
    this.#become({ state: "failed", error })
  }

  #become(state: ViewerState): void {
    this.#state = state
    this.#changed()
  }
}

/** Whether the preview shows the person to themselves, as a mirror would. Only a back camera is shown as it is. */
export function isMirrored(camera: Camera): boolean {
  return camera.stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment"
}
