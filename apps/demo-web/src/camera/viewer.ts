import type { Camera, CameraInfo } from "@darkslide/capture"
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
  #opening = new AbortController()
  #state: ViewerState = { state: "opening" }
  #list: readonly CameraInfo[] = []

  constructor(cameras: CameraService, changed: () => void) {
    this.#cameras = cameras
    this.#changed = changed
  }

  get state(): ViewerState {
    return this.#state
  }

  get list(): readonly CameraInfo[] {
    return this.#list
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

  /** Opens a camera in place of the present one. The newest call wins. */
  async open(deviceId: string | undefined): Promise<void> {
    await this.close()
    const opening = new AbortController()
    this.#opening = opening
    this.#become({ state: "opening" })
    try {
      const camera = await this.#cameras.open({ deviceId, signal: opening.signal })
      if (opening.signal.aborted) return await camera.close()
      void camera.ended.then((error) => this.#stopped(camera, error))
      this.#become({ state: "live", camera })
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
    if (before.state === "live") await before.camera.close()
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
