import type { CameraService } from "../camera/camera-service.ts"
import { CameraViewer, type ViewerState } from "../camera/viewer.ts"
import type { CallsService } from "./calls-service.ts"
import { MicrophoneError, type Microphone, type MicrophoneInfo } from "./microphone.ts"

export type MicrophoneState =
  | { readonly state: "off" }
  | { readonly state: "opening" }
  | { readonly state: "live"; readonly microphone: Microphone }
  | { readonly state: "failed"; readonly error: unknown }

/** Enough for a tile of a call, and light to encode for each of the others. */
const cameraWishes = { width: 1280, height: 720, frameRate: 30 } as const

/**
 * This person's camera and microphone, before a call and in it. A camera that is off is closed: its light is off too. A
 * microphone that is muted stays open, so that talk goes on at once, and nothing of it is sent.
 */
export class OwnMedia {
  readonly #calls: CallsService
  readonly #viewer: CameraViewer
  readonly #changed: () => void
  #isCameraOn = false
  #isMuted = false
  #microphone: MicrophoneState = { state: "off" }
  #microphones: readonly MicrophoneInfo[] = []
  #opening = new AbortController()

  constructor(options: {
    readonly calls: CallsService
    readonly cameras: CameraService
    readonly changed: () => void
    readonly signal: AbortSignal
  }) {
    const { calls, cameras, changed, signal } = options
    this.#calls = calls
    this.#changed = changed
    this.#viewer = new CameraViewer(cameras, changed, cameraWishes)
    void this.#viewer.follow(signal)
    signal.addEventListener("abort", () => this.#stopMicrophone(), { once: true })
  }

  get viewer(): CameraViewer {
    return this.#viewer
  }

  /** `off`: by choice. */
  get camera(): ViewerState | { readonly state: "off" } {
    return this.#isCameraOn ? this.#viewer.state : { state: "off" }
  }

  get microphone(): MicrophoneState {
    return this.#microphone
  }

  get microphones(): readonly MicrophoneInfo[] {
    return this.#microphones
  }

  get isMuted(): boolean {
    return this.#isMuted || this.#microphone.state !== "live"
  }

  /** What is to be sent just now. */
  get cameraTrack(): MediaStreamTrack | undefined {
    const { camera } = this
    return camera.state === "live" ? camera.camera.stream.getVideoTracks()[0] : undefined
  }

  get microphoneTrack(): MediaStreamTrack | undefined {
    return this.#microphone.state === "live" && !this.#isMuted ? this.#microphone.microphone.track : undefined
  }

  async turnCamera(to: "on" | "off"): Promise<void> {
    this.#isCameraOn = to === "on"
    if (to === "on") return await this.#viewer.open()
    await this.#viewer.close()
    this.#changed()
  }

  async chooseCamera(deviceId: string): Promise<void> {
    this.#isCameraOn = true
    await this.#viewer.open(deviceId)
  }

  /** What cannot be had is off from now on, and no trouble any more. */
  async goWithout(): Promise<void> {
    if (this.#microphone.state === "failed") this.#microphone = { state: "off" }
    if (this.camera.state === "failed") await this.turnCamera("off")
  }

  /** Opens it with the first `on`, then mutes and unmutes. */
  async turnMicrophone(to: "on" | "off"): Promise<void> {
    this.#isMuted = to === "off"
    if (to === "on" && this.#microphone.state !== "live") return await this.chooseMicrophone(undefined)
    this.#changed()
  }

  /** The newest call wins. */
  async chooseMicrophone(deviceId: string | undefined): Promise<void> {
    this.#stopMicrophone()
    const opening = new AbortController()
    this.#opening = opening
    this.#become({ state: "opening" })
    try {
      const microphone = await this.#calls.openMicrophone({ deviceId, signal: opening.signal })
      // A device that goes away ends its track; stopping it ourselves does not.
      microphone.track.addEventListener("ended", () => {
        if (!opening.signal.aborted)
          this.#become({ state: "failed", error: new MicrophoneError("MICROPHONE_ENDED", "Microphone ended") })
      })
      this.#become({ state: "live", microphone })
      // The permission that came with opening gives the microphones their names.
      this.#microphones = await this.#calls.microphones()
      this.#changed()
    } catch (error) {
      if (!opening.signal.aborted) this.#become({ state: "failed", error })
    }
  }

  #stopMicrophone(): void {
    this.#opening.abort(new DOMException("The microphone was given up", "AbortError"))
    if (this.#microphone.state === "live") this.#microphone.microphone.track.stop()
    this.#microphone = { state: "off" }
  }

  #become(state: MicrophoneState): void {
    this.#microphone = state
    this.#changed()
  }
}
