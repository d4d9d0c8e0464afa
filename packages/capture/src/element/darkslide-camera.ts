import type { Camera } from "../cameras/camera.ts"
import type { Photo } from "../stills/photo.ts"
import { CameraSession } from "./camera-session.ts"
import type { CameraElementEvents, CameraElementState } from "./events.ts"
import { pressKey } from "./keyboard.ts"
import type { RecordedClip } from "./ports.ts"
import { SettableElement } from "./settable-element.ts"
import { Shutter } from "./shutter.ts"
import { styleSheet } from "./styles/style-sheet.ts"
import { CameraView } from "./view/camera-view.ts"
import type { ViewActions, ViewState } from "./view/view-state.ts"
import { englishWords, type CameraWords } from "./words.ts"

const timers = [0, 3, 10] as const

/**
 * `<darkslide-camera>`: preview, choice of camera, shutter, timer, and, where given, recording and motion. Says each
 * failure with what to do. Nothing leaves the element but its events.
 */
export class DarkslideCamera extends SettableElement {
  readonly #session: CameraSession
  readonly #shutter: Shutter
  readonly #view: CameraView
  readonly #actions: ViewActions
  #status = ""
  #problem: unknown
  #photosTaken = 0
  #told: CameraElementState = "off"
  #wasOn = false
  #isDue = false

  constructor() {
    super()
    this.#shutter = new Shutter(() => this.#changed())
    this.#session = new CameraSession(() => this.cameras, {
      changed: () => this.#changed(),
      opened: (camera) => this.#opened(camera),
      failed: (error) => this.#failed(error),
      judged: (verdict) => this.#emit("darkslide-picture", { verdict }),
      saw: (motion) => this.#emit("darkslide-motion", { motion }),
    })
    this.#actions = this.#createActions()
    const root = this.attachShadow({ mode: "open" })
    root.adoptedStyleSheets = [styleSheet()]
    this.#view = new CameraView(root, this.#actions)
    this.addEventListener("keydown", (event) => pressKey(event, this.#viewState(), this.#actions))
    this.#changed()
  }

  get state(): CameraElementState {
    const { state } = this.#session.state
    const { doing } = this.#shutter.activity
    return state === "live" && doing !== "nothing" ? doing : state
  }

  /** The open camera, for its `controls`, `settings` and `stream`. The element owns it: do not close it. */
  get camera(): Camera | undefined {
    return this.#session.state.state === "live" ? this.#session.state.camera : undefined
  }

  /** Opens the camera. Never rejects: what fails is shown, and told by `darkslide-error`. */
  async start(): Promise<void> {
    this.#problem = undefined
    await this.#shutter.cancel()
    const { deviceId, facing, width, height } = this
    await this.#session.open({ deviceId, facing: deviceId ? undefined : facing, width, height })
  }

  /** Closes the camera and gives up what is going on. */
  async stop(): Promise<void> {
    await this.#shutter.cancel()
    await this.#session.close()
  }

  /** As pressing the shutter. `undefined` where there is no camera, or the timer was cancelled, or it failed. */
  async takePhoto(): Promise<Photo | undefined> {
    const { camera } = this
    if (camera === undefined) return undefined
    this.#problem = undefined
    try {
      const photo = await this.#shutter.takePhoto(camera, this.timer, { type: this.pictureType, quality: this.quality })
      if (photo === undefined) return undefined
      this.#photosTaken++
      this.#say(this.#words.photoTaken(photo.width, photo.height))
      this.#emit("darkslide-photo", { photo })
      return photo
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }

  /** As pressing the record button; resolves with the clip when it has ended. `undefined` where that failed. */
  async startRecording(): Promise<RecordedClip | undefined> {
    const { camera, recorder } = this
    if (camera === undefined || recorder === undefined) return undefined
    this.#problem = undefined
    try {
      const started = (): void => this.#say(this.#words.recordingStarted)
      const clip = await this.#shutter.record(recorder, camera, this.preRoll, started)
      if (clip === undefined) return undefined
      this.#say(this.#words.clipMade(clip.durationSeconds))
      this.#emit("darkslide-clip", { clip })
      return clip
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }

  /** Ends the recording with the newest frame. */
  async stopRecording(): Promise<void> {
    try {
      await this.#shutter.stopRecording()
    } catch (error) {
      // The recording itself rejects with the same, and that is where it is told.
      if (this.state === "recording") this.#failed(error)
    }
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.autostart || this.#wasOn) void this.start()
  }

  disconnectedCallback(): void {
    this.#wasOn = this.state !== "off"
    void this.stop()
  }

  protected override settingsChanged(): void {
    this.#changed()
  }

  get #words(): CameraWords {
    return { ...englishWords, ...this.words }
  }

  #createActions(): ViewActions {
    return {
      start: () => void this.start(),
      choose: (deviceId) => this.#choose(deviceId),
      pickFile: (file) => this.#emit("darkslide-file", { file }),
      shoot: () => void this.takePhoto(),
      cancelTimer: () => this.#cancelTimer(),
      record: () => void this.startRecording(),
      stopRecording: () => void this.stopRecording(),
      nextTimer: () => this.#nextTimer(),
      turnMirror: () => this.#turnMirror(),
      turnTorch: () => this.#turnTorch(),
      setZoom: (value) => this.#setControl(this.camera?.controls.zoom?.set(value)),
    }
  }

  #viewState(): ViewState {
    const session = this.#session
    return {
      state: this.state,
      words: this.#words,
      camera: this.camera,
      failure: session.state.state === "failed" ? session.state.error : undefined,
      cameras: session.list,
      chosen: this.camera?.info.deviceId ?? this.deviceId ?? "",
      timer: this.timer,
      isMirrored: this.#isMirrored(),
      hasRecorder: this.recorder !== undefined,
      hasLetters: this.shortcuts === "on",
      verdict: session.verdict,
      sight: session.sight,
      activity: this.#shutter.activity,
      photosTaken: this.#photosTaken,
      problem: this.#problem,
      status: this.#status,
    }
  }

  #opened(camera: Camera): void {
    this.#say(this.#words.live(camera.info.label))
    if (this.motion !== undefined) void this.#session.watchMotion(this.motion)
    if (this.recorder !== undefined && this.preRoll > 0)
      this.#shutter.prepare(this.recorder, camera, this.preRoll).catch((error: unknown) => this.#failed(error))
  }

  /** A camera that is gone is shown in place of its picture; what else fails, beneath it. */
  #failed(error: unknown): void {
    if (this.#session.state.state === "failed") void this.#shutter.cancel()
    else this.#problem = error
    this.#status = ""
    this.#changed()
    this.#emit("darkslide-error", { error })
  }

  #choose(deviceId: string): void {
    this.deviceId = deviceId
    void this.start()
  }

  #nextTimer(): void {
    this.timer = timers[(timers.findIndex((seconds) => seconds === this.timer) + 1) % timers.length] ?? 0
    this.#say(this.#words.timer(this.timer))
  }

  #cancelTimer(): void {
    void this.#shutter.cancel()
    this.#say(this.#words.timerCancelled)
  }

  #turnMirror(): void {
    this.mirror = this.#isMirrored() ? "off" : "on"
  }

  #isMirrored(): boolean {
    return this.mirror === "auto" ? this.camera?.facing !== "environment" : this.mirror === "on"
  }

  #turnTorch(): void {
    const torch = this.camera?.controls.torch
    this.#setControl(torch?.set(torch.value === "on" ? "off" : "on"))
  }

  /** What the camera cannot do is told, and what it did is drawn. */
  #setControl(work: Promise<void> | undefined): void {
    work?.then(
      () => this.#changed(),
      (error: unknown) => this.#failed(error),
    )
  }

  #say(words: string): void {
    this.#status = words
    this.#changed()
  }

  /** Draws once for all that changes in one go. */
  #changed(): void {
    const { activity } = this.#shutter
    if (activity.doing === "counting") this.#status = this.#words.secondsLeft(activity.secondsLeft)
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => {
      this.#isDue = false
      this.#draw()
    })
  }

  #draw(): void {
    const state = this.#viewState()
    this.#view.update(state)
    if (state.state === this.#told) return
    this.#told = state.state
    this.dataset["state"] = state.state
    this.#emit("darkslide-state", { state: state.state })
  }

  #emit<K extends keyof CameraElementEvents>(name: K, detail: CameraElementEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "darkslide-camera": DarkslideCamera
  }
}
