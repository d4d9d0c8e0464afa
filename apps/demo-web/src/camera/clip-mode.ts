import type { Camera } from "@darkslide/capture"
import type { Recorder } from "@darkslide/capture/record"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, state } from "lit/decorators.js"
import { isAbort, wordsForError } from "../error-words.ts"
import type { SavedCapture, SaveProgress } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { cameraChoice } from "../parts/camera-choice.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { duration } from "../parts/figures.ts"
import { optionSelect } from "../parts/option-select.ts"
import { savedNotice, saveSteps, stepInWords, wordsForSaved } from "../parts/save-steps.ts"
import { viewfinder } from "../parts/viewfinder.ts"
import { strings } from "../strings.ts"
import { CameraMode } from "./camera-mode.ts"
import { loadSettings, saveSettings } from "./camera-settings.ts"
import { SafeRecording, segmentSeconds } from "./safe-recording.ts"

type Stage =
  | { readonly stage: "aiming" }
  | { readonly stage: "recording"; readonly recording: SafeRecording; readonly since: number }
  | {
      readonly stage: "saving"
      readonly recording: SafeRecording
      readonly progress: SaveProgress
      readonly cancel: AbortController
    }
  | { readonly stage: "unsaved"; readonly recording: SafeRecording }

const words = strings.camera

/** A clip that begins some seconds before the button was pressed. */
@customElement("darkslide-clip-mode")
export class ClipMode extends CameraMode {
  @state() private stage: Stage = { stage: "aiming" }
  @state() private recorder: Recorder | undefined
  @state() private preRollSeconds = loadSettings().preRollSeconds
  @state() private saved: SavedCapture | undefined
  @state() private error: unknown
  /** What the recorder is for, so that it is made anew when that changes. */
  private recorded: { readonly camera: Camera; readonly preRollSeconds: number } | undefined
  private opening = new AbortController()

  override connectedCallback(): void {
    super.connectedCallback()
    const clock = setInterval(() => this.stage.stage === "recording" && this.requestUpdate(), 200)
    this.present.addEventListener("abort", () => clearInterval(clock), { once: true })
    window.addEventListener("beforeunload", (event) => this.isBusy && event.preventDefault(), { signal: this.present })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // Leaving the page ends the recording and keeps it.
    if (this.stage.stage === "recording") this.stop()
    else if (this.stage.stage === "aiming") this.closeRecorder()
  }

  protected override get isBusy(): boolean {
    return this.stage.stage !== "aiming"
  }

  protected override willUpdate(): void {
    const { camera, preRollSeconds, recorded } = this
    if (this.isBusy || !this.isConnected) return
    if (camera === recorded?.camera && (camera === undefined || preRollSeconds === recorded?.preRollSeconds)) return
    this.closeRecorder()
    if (camera) void this.openRecorder(camera)
  }

  protected override render(): TemplateResult {
    const { viewing, verdict, stage } = this
    const retry = (): void => void this.viewer.open()
    const over = stage.stage === "recording" ? this.recordingMark(stage.since) : nothing
    return html`${viewfinder({ viewing, verdict, retry, over })}
      <div class="camera-side">
        ${this.error === undefined ? nothing : errorNotice(this.error)} ${savedNotice(this.saved)} ${this.controls()}
      </div>`
  }

  private recordingMark(since: number): TemplateResult {
    const elapsed = duration((performance.now() - since) / 1000)
    return html`<p class="recording-mark">
      <span class="dot"></span><span class="visually-hidden">${words.recordingFor}</span
      ><span role="timer" class="exact">${elapsed}</span>
    </p>`
  }

  private controls(): TemplateResult {
    const { stage } = this
    if (stage.stage === "saving") return saveSteps(stage.progress, () => stage.cancel.abort())
    if (stage.stage === "unsaved") return this.unsavedControls(stage.recording)
    const isRecording = stage.stage === "recording"
    const canPreRoll = this.recorder?.capabilities.preRoll !== false
    return html`<button
        class="shutter recorder"
        type="button"
        data-recording=${isRecording ? "" : nothing}
        ?disabled=${!isRecording && this.recorder === undefined}
        @click=${isRecording ? this.stop : this.start}
      >
        ${isRecording ? words.stop : words.record}
      </button>
      ${cameraChoice(this.viewer, isRecording)}
      ${optionSelect({
        id: "pre-roll",
        label: words.before,
        value: canPreRoll ? this.preRollSeconds : 0,
        options: ([0, 2, 5, 10, 30] as const).map(
          (each) => [each, each === 0 ? words.nothingBefore : words.secondsBefore(each)] as const,
        ),
        isDisabled: isRecording || !canPreRoll,
        choose: (value) => this.keepBefore(value),
      })}
      <p class="small soft">${canPreRoll ? words.clipLead : words.noPreRoll}</p>`
  }

  private unsavedControls(recording: SafeRecording): TemplateResult {
    return html`<div class="camera-review">
      <div>
        <h2>${words.unsavedClip}</h2>
        <p class="soft">${words.unsavedClipHelp}</p>
      </div>
      <wa-button variant="brand" @click=${() => this.save(recording)}>
        <wa-icon slot="start" name="lock"></wa-icon>${words.save}
      </wa-button>
      <wa-button appearance="outlined" @click=${this.discard}>${words.discard}</wa-button>
    </div>`
  }

  private keepBefore(seconds: typeof this.preRollSeconds): void {
    saveSettings({ preRollSeconds: seconds })
    this.preRollSeconds = seconds
  }

  private async openRecorder(camera: Camera): Promise<void> {
    const { preRollSeconds } = this
    this.recorded = { camera, preRollSeconds }
    this.opening = new AbortController()
    const { signal } = this.opening
    try {
      const recorder = await this.cameras.record(camera, { preRollSeconds, signal })
      if (signal.aborted) return await recorder.close()
      this.recorder = recorder
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  private closeRecorder(): void {
    this.opening.abort()
    void this.recorder?.close()
    this.recorder = undefined
    this.recorded = undefined
  }

  private start(): void {
    if (this.recorder === undefined || this.stage.stage !== "aiming") return
    this.error = undefined
    this.saved = undefined
    const { preRollSeconds } = this
    const recording = new SafeRecording(this.recorder.record({ preRollSeconds, segmentSeconds }), this.library)
    this.stage = { stage: "recording", recording, since: performance.now() }
    announce(this, words.recordingStarted)
    // It may end by itself: a camera that stops, or the longest time.
    void recording.done.then(
      () => this.save(recording),
      (error: unknown) => this.fail(error),
    )
  }

  private stop(): void {
    if (this.stage.stage === "recording") this.stage.recording.stop()
  }

  private fail(error: unknown): void {
    this.stage = { stage: "aiming" }
    this.closeRecorder()
    if (!isAbort(error)) this.error = error
    this.requestUpdate()
  }

  private async save(recording: SafeRecording): Promise<void> {
    const cancel = new AbortController()
    const app =
      this.closest<HTMLElement>("darkslide-app") ?? document.querySelector<HTMLElement>("darkslide-app") ?? this
    const show = (progress: SaveProgress): void => {
      const before = this.stage.stage === "saving" ? this.stage.progress.step : undefined
      this.stage = { stage: "saving", recording, progress, cancel }
      if (progress.step !== before) announce(this, stepInWords(progress))
    }
    this.error = undefined
    show({ step: "sealing" })
    try {
      this.saved = await recording.save({ signal: cancel.signal, onProgress: show })
      this.stage = { stage: "aiming" }
      if (!this.isConnected) announce(app, wordsForSaved(this.saved))
    } catch (error) {
      this.stage = { stage: "unsaved", recording }
      if (isAbort(error) || cancel.signal.aborted) announce(this, words.cancelledClip)
      else this.error = error
      if (!this.isConnected) announce(app, wordsForError(error).what)
    }
    if (!this.isConnected) this.closeRecorder()
    await this.focusOn(this.stage.stage === "unsaved" ? ".camera-review wa-button[variant=brand]" : ".shutter")
  }

  private discard(): void {
    this.stage = { stage: "aiming" }
    this.error = undefined
    void this.focusOn(".shutter")
  }
}
