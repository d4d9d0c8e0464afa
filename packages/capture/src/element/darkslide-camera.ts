import {
  html,
  LitElement,
  nothing,
  type CSSResult,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit"
import { keyed } from "lit/directives/keyed.js"
import type { Camera, Facing } from "../camera.ts"
import { watchCameras } from "../list-cameras.ts"
import { openCamera } from "../open-camera.ts"
import type { Photo, PictureType } from "../photo.ts"
import { CameraSession } from "./camera-session.ts"
import { controlsView, type Controls } from "./controls-view.ts"
import type { CameraElementEvents, CameraElementState } from "./events.ts"
import { failedView } from "./failed-view.ts"
import { icon } from "./icons.ts"
import { motionBadge, motionBoxes, recordingBadge } from "./motion-view.ts"
import type { CameraSource, MotionWatch, RecordedClip, RecorderFactory } from "./ports.ts"
import { Shutter } from "./shutter.ts"
import { shortcutOf } from "./shortcuts.ts"
import { styles } from "./styles.ts"
import { englishWords, wordsForError, type CameraWords } from "./words.ts"

const timers = [0, 3, 10] as const

/**
 * `<darkslide-camera>`: preview, choice of camera, shutter, timer, and, where given, recording and motion. Says each
 * failure with what to do. Nothing leaves the element but its events.
 */
export class DarkslideCamera extends LitElement {
  static override readonly styles: CSSResult = styles
  static override readonly properties: PropertyDeclarations = {
    autostart: { type: Boolean },
    deviceId: { attribute: "device-id" },
    facing: {},
    width: { type: Number },
    height: { type: Number },
    pictureType: { attribute: "picture-type" },
    quality: { type: Number },
    timer: { type: Number },
    mirror: {},
    preRoll: { attribute: "pre-roll", type: Number },
    shortcuts: {},
    cameras: { attribute: false },
    recorder: { attribute: false },
    motion: { attribute: false },
    words: { attribute: false },
  }

  /** Opens the camera as soon as the element is in the page, instead of when its button is pressed. */
  declare autostart: boolean
  /** Which camera to open; the one that was remembered, else the browser's choice, when absent. */
  declare deviceId: string | undefined
  declare facing: Facing | undefined
  /** Wished size of the picture in pixels. */
  declare width: number | undefined
  declare height: number | undefined
  /** Default `image/jpeg`. */
  declare pictureType: PictureType | undefined
  /** 0 to 1. */
  declare quality: number | undefined
  /** Seconds from the shutter to the photo; its button goes through 0, 3 and 10. */
  declare timer: number
  /** Whether the preview is a mirror: `auto` means unless the camera looks away from the person. Photos never are. */
  declare mirror: "auto" | "on" | "off"
  /** Seconds that a recording begins before it is asked for, where the recorder can. */
  declare preRoll: number
  /** `off` takes the letters away; buttons keep Enter and Space. */
  declare shortcuts: "on" | "off"
  declare cameras: CameraSource
  declare recorder: RecorderFactory | undefined
  declare motion: MotionWatch | undefined
  declare words: Partial<CameraWords>

  readonly #session: CameraSession
  readonly #shutter: Shutter
  #status = ""
  #problem: unknown
  #flashes = 0
  #told: CameraElementState = "off"
  #wasOn = false

  constructor() {
    super()
    this.autostart = false
    this.timer = 0
    this.mirror = "auto"
    this.preRoll = 0
    this.shortcuts = "on"
    this.cameras = { watch: watchCameras, open: openCamera }
    this.words = {}
    this.#shutter = new Shutter(() => this.#changed())
    this.#session = new CameraSession(() => this.cameras, {
      changed: () => this.#changed(),
      opened: (camera) => this.#opened(camera),
      failed: (error) => this.#failed(error),
      judged: (verdict) => this.#emit("darkslide-picture", { verdict }),
      saw: (motion) => this.#emit("darkslide-motion", { motion }),
    })
    this.addEventListener("keydown", (event) => this.#pressed(event))
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
      this.#flashes++
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

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#wasOn = this.state !== "off"
    void this.stop()
  }

  protected override render(): TemplateResult {
    const isMirrored = this.#isMirrored()
    return html`<div part="viewfinder" class="viewfinder ${isMirrored ? "mirrored" : ""}">${this.#picture()}</div>
      <div part="problem" class="problem" role="alert">${this.#problemWords()}</div>
      ${controlsView(this.#controls(isMirrored))}
      <div class="foot">
        <span part="status" role="status" class=${this.state === "counting" ? "visually-hidden" : ""}
          >${this.#status}</span
        >
        ${this.#facts()}
      </div>
      <slot></slot>`
  }

  protected override update(changes: PropertyValues<this>): void {
    const focused = this.shadowRoot?.activeElement
    super.update(changes)
    // What was pressed may be gone with the state it belonged to: the focus goes on to what comes next.
    if (focused && !focused.checkVisibility())
      this.renderRoot.querySelector<HTMLElement>(".ways button, .shutter")?.focus()
  }

  protected override updated(): void {
    const video = this.renderRoot.querySelector("video")
    const stream = this.camera?.stream ?? null
    if (video !== null && video.srcObject !== stream) video.srcObject = stream
    const { width, height } = this.#size()
    // As a property: a page's policy may forbid style attributes.
    this.renderRoot.querySelector<HTMLElement>(".viewfinder")?.style.setProperty("--ratio", `${width} / ${height}`)
    if (this.state === this.#told) return
    this.#told = this.state
    this.dataset["state"] = this.state
    this.#emit("darkslide-state", { state: this.state })
  }

  get #words(): CameraWords {
    return { ...englishWords, ...this.words }
  }

  #picture(): TemplateResult {
    const words = this.#words
    const { state } = this.#session
    switch (state.state) {
      case "off":
        return html`<div part="message" class="message">
          ${icon("camera")}
          <p><strong>${words.off}</strong> <span class="soft">${words.offHelp}</span></p>
          <button type="button" part="button start" class="primary" @click=${() => this.start()}>
            ${words.turnOn}
          </button>
        </div>`
      case "starting":
        return html`<div part="message" class="message">
          <span class="spinner"></span>
          <p><strong>${words.starting}</strong> <span class="soft">${words.startingHelp}</span></p>
        </div>`
      case "failed":
        return failedView(state.error, words, {
          retry: () => void this.start(),
          choose: (file) => this.#emit("darkslide-file", { file }),
        })
      case "live":
        return this.#livePicture(words)
    }
  }

  #livePicture(words: CameraWords): TemplateResult {
    const { verdict, sight } = this.#session
    const { activity } = this.#shutter
    return html`<video part="video" aria-label=${words.preview} autoplay muted playsinline></video>
      ${sight === undefined ? nothing : motionBoxes(sight, this.#size())}
      <div class="badges">
        ${activity.doing === "recording" ? recordingBadge(Math.floor((Date.now() - activity.since) / 1000), words) : nothing}
        ${sight === undefined ? nothing : motionBadge(sight, words)}
      </div>
      ${activity.doing === "counting" ? html`<span part="count" class="count" aria-hidden="true">${activity.secondsLeft}</span>` : nothing}
      ${this.#flashes > 0 ? keyed(this.#flashes, html`<div part="flash" class="flash"></div>`) : nothing}
      <div role="status">
        ${
          verdict === "ok"
            ? nothing
            : html`<span part="warning" class="warning">${icon("warning")} ${words[verdict]}</span>`
        }
      </div>`
  }

  #controls(isMirrored: boolean): Controls {
    return {
      state: this.state,
      words: this.#words,
      camera: this.camera,
      cameras: this.#session.list,
      chosen: this.camera?.info.deviceId ?? this.deviceId ?? "",
      timer: this.timer,
      isMirrored,
      hasRecorder: this.recorder !== undefined,
      hasLetters: this.shortcuts === "on",
      choose: (deviceId) => this.#choose(deviceId),
      shoot: () => void this.takePhoto(),
      cancelTimer: () => this.#cancelTimer(),
      record: () => void this.startRecording(),
      stopRecording: () => void this.stopRecording(),
      nextTimer: () => this.#nextTimer(),
      turnMirror: () => this.#turnMirror(),
      set: (work) => this.#set(work),
    }
  }

  #facts(): TemplateResult | typeof nothing {
    if (this.camera === undefined) return nothing
    const { width, height } = this.camera.settings
    return html`<span part="facts">${this.#words.facts(width, height)}</span>`
  }

  #problemWords(): TemplateResult | typeof nothing {
    if (this.#problem === undefined) return nothing
    const { what, todo } = wordsForError(this.#problem, this.#words)
    return html`<strong>${what}</strong> ${todo}`
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

  #set(work: Promise<void>): void {
    work.then(
      () => this.requestUpdate(),
      (error: unknown) => this.#failed(error),
    )
  }

  #nextCamera(): void {
    const { list } = this.#session
    const at = list.findIndex(({ deviceId }) => deviceId === this.camera?.info.deviceId)
    const next = list[(at + 1) % list.length]
    if (next !== undefined && list.length > 1) this.#choose(next.deviceId)
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

  #moveZoom(direction: 1 | -1): void {
    const zoom = this.camera?.controls.zoom
    if (zoom === undefined) return
    const by = Math.max(zoom.step, (zoom.max - zoom.min) / 10) * direction
    const value = Math.min(zoom.max, Math.max(zoom.min, zoom.value + by))
    this.#set(zoom.set(value))
  }

  #pressed(event: KeyboardEvent): void {
    const shortcut = shortcutOf(event, this.shortcuts)
    if (shortcut === undefined) return
    const { state } = this
    if (shortcut === "cancel" && state === "counting") this.#cancelTimer()
    else if (shortcut === "photo" && state === "live") void this.takePhoto()
    else if (shortcut === "record") void (state === "recording" ? this.stopRecording() : this.startRecording())
    else if (shortcut === "timer" && state === "live") this.#nextTimer()
    else if (shortcut === "camera" && state === "live") this.#nextCamera()
    else if (shortcut === "mirror" && this.camera !== undefined) this.#turnMirror()
    else if (shortcut === "zoom-in" || shortcut === "zoom-out") this.#moveZoom(shortcut === "zoom-in" ? 1 : -1)
    else return
    event.preventDefault()
  }

  #size(): { readonly width: number; readonly height: number } {
    const { width, height } = this.camera?.settings ?? {}
    return width && height ? { width, height } : { width: 4, height: 3 }
  }

  #say(words: string): void {
    this.#status = words
    this.#changed()
  }

  #changed(): void {
    const { activity } = this.#shutter ?? {}
    if (activity?.doing === "counting") this.#status = this.#words.secondsLeft(activity.secondsLeft)
    this.requestUpdate()
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
