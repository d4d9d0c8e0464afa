import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, state } from "lit/decorators.js"
import type { SavedCapture } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { cameraChoice } from "../parts/camera-choice.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { motionOptions } from "../parts/motion-options.ts"
import { motionReasons } from "../parts/motion-reasons.ts"
import { viewfinder } from "../parts/viewfinder.ts"
import { zoneDrawing, zoneList } from "../parts/zone-list.ts"
import { ZonePicture } from "../parts/zone-picture.ts"
import { strings } from "../strings.ts"
import { CameraMode } from "./camera-mode.ts"
import { loadSettings, saveSettings, type CameraSettings } from "./camera-settings.ts"
import { MotionWatch } from "./motion-watch.ts"
import { isMirrored } from "./viewer.ts"
import { beginZone, fewestCorners, type ZoneDraft } from "./zone-draft.ts"

const words = strings.motion

/** Watches for movement, and says why it thinks so. */
@customElement("darkslide-motion-mode")
export class MotionMode extends CameraMode {
  @state() private settings: CameraSettings = loadSettings()
  @state() private draft: ZoneDraft | undefined
  @state() private isWatching = false
  @state() private count = 0
  @state() private last: SavedCapture | undefined
  @state() private error: unknown
  private watching: { readonly watch: MotionWatch; readonly stop: AbortController } | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener("darkslide-zone", ({ detail }) => this.draw(detail.draft, detail.act), {
      signal: this.present,
    })
    const tick = setInterval(() => this.isWatching && this.requestUpdate(), 500)
    this.present.addEventListener("abort", () => clearInterval(tick), { once: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stopWatching()
  }

  protected override get isBusy(): boolean {
    return this.isWatching
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    if (changed.has("viewing") && this.isWatching) void this.watchAnew()
  }

  protected override render(): TemplateResult {
    const { viewing, verdict } = this
    const retry = (): void => void this.viewer.open()
    return html`${viewfinder({ viewing, verdict, retry, over: this.overPicture() })}
      <div class="camera-side">
        ${this.error === undefined ? nothing : errorNotice(this.error)} ${this.watchButton()} ${this.counter()}
        ${this.draft === undefined ? this.controls() : zoneDrawing(this.draft, (draft, act) => this.draw(draft, act))}
      </div>`
  }

  private overPicture(): TemplateResult | typeof nothing {
    const { camera } = this
    if (camera === undefined) return nothing
    return html`<darkslide-zone-picture
      .zones=${this.settings.zones}
      .verdict=${this.isWatching ? this.watching?.watch.verdict : undefined}
      .draft=${this.draft}
      .width=${camera.settings.width}
      .height=${camera.settings.height}
      ?mirrored=${isMirrored(camera)}
    ></darkslide-zone-picture>`
  }

  private watchButton(): TemplateResult {
    return html`<wa-button
      class="wide"
      variant="brand"
      appearance=${this.isWatching ? "outlined" : "accent"}
      ?disabled=${!this.camera || this.draft !== undefined}
      @click=${this.toggle}
    >
      <wa-icon slot="start" name=${this.isWatching ? "pause" : "motion"}></wa-icon>
      ${this.isWatching ? words.stop : words.start}
    </wa-button>`
  }

  private counter(): TemplateResult {
    return html`<p class="motion-count">
      <strong class="exact">${this.count}</strong> ${words.counted(this.count)}
      ${this.last === undefined ? nothing : html`<a href="/library">${strings.camera.savedManyLink}</a>`}
    </p>`
  }

  private controls(): TemplateResult {
    return html`${this.isWatching && this.watching ? motionReasons(this.watching.watch) : nothing}
      ${motionOptions(this.settings, this.isWatching, (change) => this.choose(change))}
      ${zoneList(this.settings.zones, { add: (rule) => this.beginZone(rule), remove: (index) => this.removeZone(index) })}
      ${cameraChoice(this.viewer, this.isWatching)}
      <p class="small soft">${words.lead}</p>`
  }

  private choose(change: Partial<CameraSettings>): void {
    saveSettings(change)
    this.settings = { ...this.settings, ...change }
    if (this.isWatching) void this.watchAnew()
  }

  private beginZone(rule: ZoneDraft["rule"]): void {
    this.draft = beginZone(rule)
    void this.updateComplete.then(() => this.querySelector<ZonePicture>("darkslide-zone-picture")?.focusPad())
  }

  private draw(draft: ZoneDraft, act: "change" | "finish" | "cancel"): void {
    if (act === "change") {
      this.draft = draft
      return
    }
    if (act === "finish" && draft.corners.length < fewestCorners) return announce(this, words.tooFew)
    this.draft = undefined
    if (act === "finish") {
      const { zones } = this.settings
      const number = Math.max(0, ...zones.map(({ name }) => Number(/\d+$/.exec(name)?.[0] ?? 0))) + 1
      const polygon = draft.corners.map(([x, y]): [number, number] => [x, y])
      this.choose({ zones: [...zones, { name: words.zone(number), rule: draft.rule, polygon }] })
      announce(this, words.added(words.zone(number)))
    }
    void this.focusOn(".zone-list wa-button")
  }

  private removeZone(index: number): void {
    const { zones } = this.settings
    announce(this, words.removed(zones[index]?.name ?? ""))
    this.choose({ zones: zones.filter((_, each) => each !== index) })
    void this.focusOn(".zone-list wa-button")
  }

  private toggle(): void {
    if (this.isWatching) {
      this.stopWatching()
      announce(this, words.stopped)
    } else void this.watchAnew()
  }

  private stopWatching(): void {
    this.watching?.stop.abort()
    this.watching = undefined
    this.isWatching = false
  }

  /** Settings and cameras change while it watches: it then begins again with what holds now. */
  private async watchAnew(): Promise<void> {
    const { camera, cameras, library, settings } = this
    this.stopWatching()
    if (camera === undefined) return
    const stop = new AbortController()
    const watch = new MotionWatch({
      camera,
      cameras,
      library,
      settings,
      changed: () => this.requestUpdate(),
      saved: (capture) => this.note(capture),
    })
    this.watching = { watch, stop }
    this.isWatching = true
    this.error = undefined
    try {
      await watch.run(stop.signal)
      if (this.watching?.watch === watch) this.stopWatching()
    } catch (error) {
      if (stop.signal.aborted) return
      this.stopWatching()
      this.error = error
    }
  }

  private note(capture: SavedCapture): void {
    this.count++
    this.last = capture
    announce(this, words.savedNow(this.count))
  }
}
