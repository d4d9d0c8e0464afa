import type { Camera, Photo } from "@darkslide/capture"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { CameraService } from "../camera/camera-service.ts"
import { CameraViewer, isMirrored } from "../camera/viewer.ts"
import { isAbort, wordsForError } from "../error-words.ts"
import type { LibraryService, SavedCapture, SaveProgress } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

type Stage =
  | { readonly stage: "aiming" | "taking" }
  | { readonly stage: "reviewing"; readonly photo: Photo; readonly url: string }
  | {
      readonly stage: "saving"
      readonly photo: Photo
      readonly url: string
      readonly progress: SaveProgress
      readonly cancel: AbortController
    }

const words = strings.camera

@customElement("darkslide-camera-page")
export class CameraPage extends Page {
  @property({ attribute: false }) cameras!: CameraService
  @property({ attribute: false }) library!: LibraryService
  @state() private stage: Stage = { stage: "aiming" }
  @state() private saved: SavedCapture | undefined
  @state() private error: unknown
  private viewer: CameraViewer | undefined
  private chosenId: string | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.viewer = new CameraViewer(this.cameras, () => this.requestUpdate())
    void this.viewer.follow(this.present)
    void this.viewer.open(this.chosenId)
    window.addEventListener("beforeunload", (event) => this.holdUnsavedPhoto(event), { signal: this.present })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.stage.stage === "reviewing") this.aim()
  }

  protected override render(): TemplateResult {
    return html`<div class="camera">
      <h1 tabindex="-1">${words.heading}</h1>
      ${this.viewfinder()}
      <div class="camera-side">
        ${this.error === undefined ? nothing : errorNotice(this.error)} ${this.savedNotice()} ${this.controls()}
      </div>
    </div>`
  }

  protected override updated(): void {
    const video = this.querySelector("video")
    const viewing = this.viewer?.state
    const stream = viewing?.state === "live" ? viewing.camera.stream : null
    if (video !== null && video.srcObject !== stream) video.srcObject = stream
    this.shapeViewfinder()
  }

  /** Sets what the style sheet computes with, as properties: the page's policy forbids style attributes. */
  private shapeViewfinder(): void {
    const frame = this.querySelector<HTMLElement>(".viewfinder")
    const slide = this.querySelector<HTMLElement>(".slide")
    const viewing = this.viewer?.state
    const { width = 4, height = 3 } =
      "photo" in this.stage ? this.stage.photo : viewing?.state === "live" ? viewing.camera.settings : {}
    frame?.style.setProperty("--ratio", `${width} / ${height}`)
    if (this.stage.stage === "saving") slide?.style.setProperty("--covered", String(coveredPart(this.stage.progress)))
  }

  private viewfinder(): TemplateResult {
    const viewing = this.viewer?.state ?? { state: "opening" }
    return html`<div class="viewfinder">
      ${
        viewing.state === "live"
          ? html`<video
              aria-label=${words.preview}
              ?data-mirrored=${isMirrored(viewing.camera)}
              ?hidden=${"photo" in this.stage}
              autoplay
              muted
              playsinline
            ></video>`
          : nothing
      }
      ${"photo" in this.stage ? this.takenPhoto(this.stage) : this.viewfinderWords()}
    </div>`
  }

  private viewfinderWords(): TemplateResult | typeof nothing {
    const viewing = this.viewer?.state
    if (viewing?.state === "live") return nothing
    if (viewing?.state !== "failed") {
      return html`<div class="viewfinder-words" role="status">
        <wa-spinner></wa-spinner>
        <p><strong>${words.starting}</strong> <span class="soft">${words.allow}</span></p>
      </div>`
    }
    const { what, todo } = wordsForError(viewing.error)
    return html`<div class="viewfinder-words" role="alert">
      <wa-icon name="warning"></wa-icon>
      <p><strong>${what}</strong> <span class="soft">${todo}</span></p>
      <wa-button variant="brand" @click=${this.reopen}>
        <wa-icon slot="start" name="retake"></wa-icon>${strings.tryAgain}
      </wa-button>
    </div>`
  }

  private takenPhoto(stage: Extract<Stage, { photo: Photo }>): TemplateResult {
    return html`<img src=${stage.url} alt=${words.takenAlt} />
      ${stage.stage === "saving" ? html`<div class="slide"></div>` : nothing}`
  }

  private savedNotice(): TemplateResult {
    if (this.saved === undefined) return html`<div role="status" hidden></div>`
    return html`<div class="notice good" role="status">
      <wa-icon name="shield"></wa-icon>
      <div>${wordsForSaved(this.saved)} <a href="/library/${this.saved.captureId}">${words.savedLink}</a></div>
    </div>`
  }

  private controls(): TemplateResult {
    switch (this.stage.stage) {
      case "aiming":
      case "taking":
        return this.aimingControls(this.stage.stage === "taking")
      case "reviewing":
        return html`<div class="camera-review">
          <div>
            <h2>${words.keep}</h2>
            <p class="soft">${words.keepHelp}</p>
          </div>
          <wa-button variant="brand" @click=${this.save}>
            <wa-icon slot="start" name="lock"></wa-icon>${words.save}
          </wa-button>
          <wa-button appearance="outlined" @click=${this.retake}>
            <wa-icon slot="start" name="retake"></wa-icon>${words.retake}
          </wa-button>
        </div>`
      case "saving":
        return savingControls(this.stage.progress, this.stage.cancel)
    }
  }

  private aimingControls(isTaking: boolean): TemplateResult {
    const viewing = this.viewer?.state
    const isLive = viewing?.state === "live"
    return html`${this.cameraChoice(isLive ? viewing.camera.info.deviceId : (this.chosenId ?? ""))}
      <button class="shutter" type="button" ?disabled=${!isLive || isTaking} @click=${this.take}>
        ${words.shutter}
      </button>
      <p class="small soft">${words.lead}</p>`
  }

  private cameraChoice(current: string): TemplateResult {
    const { list = [], state: viewing } = this.viewer ?? {}
    return html`<div class="field">
      <label for="camera">${strings.fields.camera}</label>
      <div class="select">
        <select id="camera" @change=${this.choose} ?disabled=${list.length === 0}>
          ${list.map(
            (camera, index) =>
              html`<option value=${camera.deviceId} .selected=${camera.deviceId === current}>
                ${camera.label === "" ? words.unnamed(index + 1) : camera.label}
              </option>`,
          )}
        </select>
        <wa-icon name="chevron-down"></wa-icon>
      </div>
      ${viewing?.state === "live" ? html`<p class="help">${cameraFacts(viewing.camera)}</p>` : nothing}
    </div>`
  }

  private choose(event: Event): void {
    this.chosenId = (event.currentTarget as HTMLSelectElement).value
    void this.viewer?.open(this.chosenId)
  }

  private reopen(): void {
    void this.viewer?.open(this.chosenId)
  }

  private async take(): Promise<void> {
    const viewing = this.viewer?.state
    if (viewing?.state !== "live" || this.stage.stage !== "aiming") return
    this.stage = { stage: "taking" }
    this.error = undefined
    this.saved = undefined
    try {
      const photo = await this.cameras.takePhoto(viewing.camera, { signal: this.present })
      this.stage = { stage: "reviewing", photo, url: URL.createObjectURL(photo.blob) }
      announce(this, words.taken)
      await this.focusOn(".camera-review wa-button[variant=brand]")
    } catch (error) {
      this.stage = { stage: "aiming" }
      if (!this.present.aborted) this.error = error
    }
  }

  private async retake(): Promise<void> {
    this.error = undefined
    this.aim()
    announce(this, words.ready)
    await this.focusOn(".shutter")
  }

  private async save(): Promise<void> {
    if (this.stage.stage !== "reviewing") return
    const { photo, url } = this.stage
    const cancel = new AbortController()
    const show = (progress: SaveProgress): void => this.showProgress({ stage: "saving", photo, url, progress, cancel })
    this.error = undefined
    show({ step: "sealing" })
    // Leaving the page does not stop it: the photo would be lost. What comes of it is then the app's to say.
    const app = this.parentElement ?? this
    try {
      const saved = await this.library.save(photo, { signal: cancel.signal, onProgress: show })
      this.saved = saved
      this.aim()
      if (!this.isConnected) announce(app, wordsForSaved(saved))
      await this.focusOn(".shutter")
    } catch (error) {
      this.stage = { stage: "reviewing", photo, url }
      if (isAbort(error) || cancel.signal.aborted) announce(this, words.cancelled)
      else this.error = error
      if (!this.isConnected) announce(app, wordsForError(error).what)
      await this.focusOn(".camera-review wa-button[variant=brand]")
    }
  }

  /** Has the browser ask before a reload throws away a photo that is nowhere else. */
  private holdUnsavedPhoto(event: BeforeUnloadEvent): void {
    if ("photo" in this.stage) event.preventDefault()
  }

  /** Shows the progress, and reads out the beginning of each step rather than every percent. */
  private showProgress(stage: Extract<Stage, { stage: "saving" }>): void {
    const before = this.stage.stage === "saving" ? this.stage.progress.step : undefined
    this.stage = stage
    if (stage.progress.step !== before) announce(this, stepInWords(stage.progress))
  }

  private aim(): void {
    if ("url" in this.stage) URL.revokeObjectURL(this.stage.url)
    this.stage = { stage: "aiming" }
  }

  private async focusOn(selector: string): Promise<void> {
    await this.updateComplete
    this.querySelector<HTMLElement>(selector)?.focus()
  }
}

function savingControls(progress: SaveProgress, cancel: AbortController): TemplateResult {
  return html`<div class="camera-review">
    <p>${progressInWords(progress)}</p>
    <wa-progress-bar value=${Math.round(coveredPart(progress) * 100)} label=${words.saveProgress}></wa-progress-bar>
    <wa-button appearance="outlined" @click=${() => cancel.abort()}>${strings.cancel}</wa-button>
  </div>`
}

function wordsForSaved({ state }: SavedCapture): string {
  return state === "saved" ? words.saved : words.savedHere
}

function cameraFacts(camera: Camera): string {
  const size = words.facts(camera.settings.width, camera.settings.height)
  return isMirrored(camera) ? `${size}, ${words.mirrored}` : size
}

/** How much of the photo the slide covers: sealing begins it, the upload draws it down, the commit finds it shut. */
function coveredPart(progress: SaveProgress): number {
  if (progress.step === "sealing") return 0.1
  if (progress.step === "committing") return 1
  return 0.1 + 0.85 * uploadedPart(progress)
}

function uploadedPart(progress: Extract<SaveProgress, { step: "uploading" }>): number {
  return progress.totalBytes === 0 ? 0 : progress.bytes / progress.totalBytes
}

function progressInWords(progress: SaveProgress): string {
  return progress.step === "uploading"
    ? words.uploading(Math.round(uploadedPart(progress) * 100))
    : stepInWords(progress)
}

function stepInWords(progress: SaveProgress): string {
  if (progress.step === "sealing") return words.sealing
  return progress.step === "uploading" ? words.uploadStarted : words.committing
}
