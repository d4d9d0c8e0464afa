import type { Recorder } from "@darkslide/capture/record"
import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { wordsForError } from "../error-words.ts"
import type { LibraryService } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { duration } from "../parts/figures.ts"
import { viewfinder } from "../parts/viewfinder.ts"
import { strings } from "../strings.ts"
import type { CameraService } from "./camera-service.ts"
import { SafeRecording, segmentSeconds } from "./safe-recording.ts"
import { CameraViewer } from "./viewer.ts"
import { PageElement } from "../page-element.ts"

const words = strings.several

/** One of several cameras: its picture, and a photo or a clip that is sealed at once. */
@customElement("darkslide-camera-station")
export class CameraStation extends PageElement {
  @property({ attribute: false }) cameras!: CameraService
  @property({ attribute: false }) library!: LibraryService
  @property() deviceId = ""
  @property() name = ""
  @state() private recording: { readonly safe: SafeRecording; readonly since: number } | undefined
  @state() private isTaking = false
  @state() private said = ""
  @state() private error: unknown
  private viewer: CameraViewer | undefined
  private recorder: Recorder | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    const viewer = new CameraViewer(this.cameras, () => this.requestUpdate(), {
      others: "keep",
      memory: "none",
      width: 1280,
      height: 720,
    })
    this.viewer = viewer
    void viewer.open(this.deviceId)
    const clock = setInterval(() => this.recording && this.requestUpdate(), 500)
    this.present.addEventListener("abort", () => clearInterval(clock), { once: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // What it records is kept; what it shows ends.
    this.recording?.safe.stop()
    void this.viewer?.close()
  }

  protected override render(): TemplateResult {
    const viewing = this.viewer?.state ?? { state: "opening" }
    const isLive = viewing.state === "live"
    const retry = (): void => void this.viewer?.open()
    const name = words.preview(this.name)
    return html`<section class="station" aria-label=${this.name}>
      ${viewfinder({ viewing, verdict: this.viewer?.verdict ?? "ok", retry, name, over: this.mark() })}
      <div class="station-bar">
        <h2>${this.name}</h2>
        <wa-button appearance="outlined" ?disabled=${!isLive || this.isTaking} @click=${this.takePhoto}>
          <wa-icon slot="start" name="camera"></wa-icon>${words.photo}${this.ofThis()}
        </wa-button>
        <wa-button
          appearance="outlined"
          ?disabled=${!isLive && !this.recording}
          @click=${this.recording ? this.stop : this.record}
        >
          <wa-icon slot="start" name=${this.recording ? "stop" : "record"}></wa-icon>
          ${this.recording ? words.stop : words.record}${this.ofThis()}
        </wa-button>
      </div>
      <p class="small station-said">${this.error === undefined ? this.said : wordsForError(this.error).what}</p>
    </section>`
  }

  protected override updated(changed: PropertyValues): void {
    const { state: viewing } = this.viewer ?? {}
    const { width, height } = viewing?.state === "live" ? viewing.camera.settings : { width: 16, height: 9 }
    this.querySelector<HTMLElement>(".viewfinder")?.style.setProperty("--ratio", `${width} / ${height}`)
    if (!changed.has("recording")) return
    const detail = { isRecording: this.recording !== undefined }
    this.dispatchEvent(new CustomEvent("darkslide-station", { detail }))
  }

  /** Many buttons of one page say the same: to whoever hears them, each says whose it is. */
  private ofThis(): TemplateResult {
    return html`<span class="visually-hidden"> ${this.name}</span>`
  }

  private mark(): TemplateResult | typeof nothing {
    if (this.recording === undefined) return nothing
    return html`<p class="recording-mark">
      <span class="dot"></span>
      <span role="timer" class="exact">${duration((performance.now() - this.recording.since) / 1000)}</span>
    </p>`
  }

  private async takePhoto(): Promise<void> {
    const viewing = this.viewer?.state
    if (viewing?.state !== "live" || this.isTaking) return
    this.isTaking = true
    await this.keep(async () => {
      const photo = await this.cameras.takePhoto(viewing.camera, { signal: this.present })
      await this.library.save(photo, { until: "queued" })
      this.say(words.savedPhoto)
    })
    this.isTaking = false
  }

  private async record(): Promise<void> {
    const viewing = this.viewer?.state
    if (viewing?.state !== "live" || this.recording) return
    await this.keep(async () => {
      this.recorder = await this.cameras.record(viewing.camera, { preRollSeconds: 0, signal: this.present })
      const safe = new SafeRecording(this.recorder.record({ segmentSeconds }), this.library)
      this.recording = { safe, since: performance.now() }
      this.say(strings.camera.recordingStarted)
      await safe.done
      this.recording = undefined
      await safe.save({ until: "queued" })
      this.say(words.savedClip)
    })
    this.recording = undefined
    await this.recorder?.close()
    this.recorder = undefined
  }

  private stop(): void {
    this.recording?.safe.stop()
  }

  private say(text: string): void {
    this.said = text
    announce(this, `${this.name}: ${text}`)
  }

  private async keep(work: () => Promise<void>): Promise<void> {
    this.error = undefined
    try {
      await work()
    } catch (error) {
      if (this.present.aborted) return
      this.error = error
      announce(this, `${this.name}: ${wordsForError(error).what}`)
    }
  }
}
