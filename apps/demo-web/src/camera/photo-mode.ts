import type { Photo } from "@darkslide/capture"
import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, state } from "lit/decorators.js"
import { isAbort, wordsForError } from "../error-words.ts"
import type { SavedCapture, SaveProgress } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { cameraChoice } from "../parts/camera-choice.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { photoOptions } from "../parts/photo-options.ts"
import { keptOf, reviewControls, reviewStrip, type TakenPhoto } from "../parts/photo-review.ts"
import { coveredPart, savedNotice, saveSteps, stepInWords, wordsForSaved } from "../parts/save-steps.ts"
import { viewfinder } from "../parts/viewfinder.ts"
import { strings } from "../strings.ts"
import { CameraMode } from "./camera-mode.ts"
import { loadSettings, saveSettings, type CameraSettings } from "./camera-settings.ts"
import { takeSeries } from "./take-series.ts"

type Stage =
  | { readonly stage: "aiming" }
  | { readonly stage: "taking"; readonly secondsLeft: number; readonly cancel: AbortController }
  | { readonly stage: "reviewing"; readonly photos: readonly TakenPhoto[] }
  | {
      readonly stage: "saving"
      readonly photos: readonly TakenPhoto[]
      readonly progress: SaveProgress
      readonly cancel: AbortController
    }

const words = strings.camera

/** One photo or a burst, at once or after a timer; looked at before it is kept. */
@customElement("darkslide-photo-mode")
export class PhotoMode extends CameraMode {
  @state() private stage: Stage = { stage: "aiming" }
  @state() private settings: CameraSettings = loadSettings()
  @state() private shown = 0
  @state() private saved: { readonly last: SavedCapture; readonly count: number } | undefined
  @state() private error: unknown

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener("beforeunload", (event) => this.holdUnsaved(event), { signal: this.present })
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape") this.stopTimer()
    }
    window.addEventListener("keydown", escape, { signal: this.present })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stopTimer()
    if (this.stage.stage === "reviewing") this.aim()
  }

  protected override get isBusy(): boolean {
    return this.stage.stage !== "aiming"
  }

  protected override get shape(): { readonly width: number; readonly height: number } {
    return "photos" in this.stage ? (this.stage.photos[this.shown]?.photo ?? super.shape) : super.shape
  }

  protected override render(): TemplateResult {
    const { viewing, verdict, stage } = this
    const retry = (): void => void this.viewer.open()
    const over = stage.stage === "taking" && stage.secondsLeft > 0 ? countdown(stage.secondsLeft) : nothing
    const instead = "photos" in stage ? this.takenPhotos(stage) : undefined
    return html`${viewfinder({ viewing, verdict, retry, over, instead })}
      <div class="camera-side">
        ${this.error === undefined ? nothing : errorNotice(this.error)}
        ${savedNotice(this.saved?.last, this.saved?.count)} ${this.controls()}
      </div>`
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    const slide = this.querySelector<HTMLElement>(".slide")
    if (this.stage.stage === "saving") slide?.style.setProperty("--covered", String(coveredPart(this.stage.progress)))
  }

  private takenPhotos({ stage, photos }: Extract<Stage, { photos: readonly TakenPhoto[] }>): TemplateResult {
    const photo = photos[this.shown] ?? photos[0]
    return html`<img
        src=${photo?.url ?? ""}
        alt=${photos.length === 1 ? words.takenAlt : words.takenNumberAlt(this.shown + 1)}
      />
      ${stage === "saving" ? html`<div class="slide"></div>` : nothing}`
  }

  private controls(): TemplateResult {
    const { stage } = this
    if (stage.stage === "saving") return saveSteps(stage.progress, () => stage.cancel.abort())
    if (stage.stage === "reviewing") {
      const { photos } = stage
      const actions = { save: () => this.save(), retake: () => this.retake() }
      if (photos.length === 1) return reviewControls(photos, actions)
      const strip = reviewStrip(photos, this.shown, {
        show: (index) => (this.shown = index),
        toggle: (index) => this.toggle(photos, index),
      })
      return html`${strip} ${reviewControls(photos, actions)}`
    }
    const isTaking = stage.stage === "taking"
    return html`${isTaking && stage.secondsLeft > 0 ? this.timerButton() : this.shutter(isTaking)}
      ${cameraChoice(this.viewer, isTaking)} ${photoOptions(this.settings, isTaking, (change) => this.choose(change))}
      <p class="small soft">${words.lead}</p>`
  }

  private shutter(isTaking: boolean): TemplateResult {
    return html`<button class="shutter" type="button" ?disabled=${!this.camera || isTaking} @click=${this.take}>
      ${words.shutter}
    </button>`
  }

  private timerButton(): TemplateResult {
    return html`<button class="shutter stopping" type="button" @click=${this.stopTimer}>${words.stopTimer}</button>`
  }

  private choose(change: Partial<CameraSettings>): void {
    saveSettings(change)
    this.settings = { ...this.settings, ...change }
  }

  private toggle(photos: readonly TakenPhoto[], index: number): void {
    const turned = photos.map((photo, each) => (each === index ? { ...photo, isKept: !photo.isKept } : photo))
    this.stage = { stage: "reviewing", photos: turned }
  }

  private stopTimer(): void {
    if (this.stage.stage === "taking") this.stage.cancel.abort()
  }

  private async take(): Promise<void> {
    const { camera, cameras, settings } = this
    if (camera === undefined || this.stage.stage !== "aiming") return
    const cancel = new AbortController()
    const signal = AbortSignal.any([cancel.signal, this.present])
    const taken: Photo[] = []
    this.stage = { stage: "taking", secondsLeft: 0, cancel }
    this.error = undefined
    this.saved = undefined
    try {
      for await (const step of takeSeries(cameras, camera, { ...settings, signal })) {
        if (step.type === "photo") taken.push(step.photo)
        const secondsLeft = step.type === "tick" ? step.secondsLeft : 0
        if (secondsLeft > 0) announce(this, words.countdown(secondsLeft))
        const isFirst = this.stage.stage === "taking" && this.stage.secondsLeft === 0
        this.stage = { stage: "taking", secondsLeft, cancel }
        if (isFirst && secondsLeft > 0) void this.focusOn(".shutter.stopping")
      }
      this.review(taken)
    } catch (error) {
      // What a burst had before it failed is kept.
      if (taken.length > 0 && !signal.aborted) this.review(taken)
      else this.stage = { stage: "aiming" }
      if (this.present.aborted) return
      if (cancel.signal.aborted) announce(this, words.timerStopped)
      else this.error = error
      await this.focusOn(".shutter, .camera-review wa-button[variant=brand]")
    }
  }

  private review(taken: readonly Photo[]): void {
    this.shown = 0
    const photos = taken.map((photo) => ({ photo, url: URL.createObjectURL(photo.blob), isKept: true }))
    this.stage = { stage: "reviewing", photos }
    announce(this, taken.length === 1 ? words.taken : words.takenMany(taken.length))
    void this.focusOn(".camera-review wa-button[variant=brand]")
  }

  private async retake(): Promise<void> {
    this.error = undefined
    this.aim()
    announce(this, words.ready)
    await this.focusOn(".shutter")
  }

  private async save(): Promise<void> {
    if (this.stage.stage !== "reviewing") return
    const { photos } = this.stage
    const cancel = new AbortController()
    this.error = undefined
    // Leaving the page does not stop it: the photo would be lost. What comes of it is then the app's to say.
    const app = this.closest<HTMLElement>("darkslide-app") ?? this
    const kept = keptOf(photos)
    const rest = new Set(kept)
    try {
      for (const each of kept) {
        this.shown = photos.indexOf(each)
        const show = (progress: SaveProgress): void => this.showProgress({ stage: "saving", photos, progress, cancel })
        show({ step: "sealing" })
        const last = await this.library.save(each.photo, { signal: cancel.signal, onProgress: show })
        rest.delete(each)
        this.saved = { last, count: kept.length }
      }
      this.aim()
      if (!this.isConnected && this.saved) announce(app, wordsForSaved(this.saved.last, kept.length))
      await this.focusOn(".shutter")
    } catch (error) {
      this.saved = undefined
      this.shown = 0
      const left = photos.filter((each) => !each.isKept || rest.has(each))
      this.stage = { stage: "reviewing", photos: left }
      if (isAbort(error) || cancel.signal.aborted) announce(this, words.cancelled)
      else this.error = error
      if (!this.isConnected) announce(app, wordsForError(error).what)
      await this.focusOn(".camera-review wa-button[variant=brand]")
    }
  }

  /** Has the browser ask before a reload throws away a photo that is nowhere else. */
  private holdUnsaved(event: BeforeUnloadEvent): void {
    if ("photos" in this.stage) event.preventDefault()
  }

  /** Shows the progress, and reads out the beginning of each step rather than every percent. */
  private showProgress(stage: Extract<Stage, { stage: "saving" }>): void {
    const before = this.stage.stage === "saving" ? this.stage.progress.step : undefined
    this.stage = stage
    if (stage.progress.step !== before) announce(this, stepInWords(stage.progress))
  }

  private aim(): void {
    if ("photos" in this.stage) for (const { url } of this.stage.photos) URL.revokeObjectURL(url)
    this.stage = { stage: "aiming" }
  }
}

/** Seen; the live region says it. */
function countdown(secondsLeft: number): TemplateResult {
  return html`<div class="countdown" aria-hidden="true">${secondsLeft}</div>`
}
