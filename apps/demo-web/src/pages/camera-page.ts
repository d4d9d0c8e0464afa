import { html, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { CameraService } from "../camera/camera-service.ts"
import "../camera/clip-mode.ts"
import "../camera/motion-mode.ts"
import "../camera/photo-mode.ts"
import "../camera/several-mode.ts"
import { CameraViewer } from "../camera/viewer.ts"
import type { LibraryService } from "../library/library-service.ts"
import { modeTabs, type ModeName } from "../parts/mode-tabs.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

/** The camera in its modes: one open camera that they share, and several of their own. */
@customElement("darkslide-camera-page")
export class CameraPage extends Page {
  @property({ attribute: false }) cameras!: CameraService
  @property({ attribute: false }) library!: LibraryService
  @state() private mode: ModeName = "photo"
  @state() private isBusy = false
  private viewer: CameraViewer | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    const viewer = new CameraViewer(this.cameras, () => this.requestUpdate())
    this.viewer = viewer
    void viewer.follow(this.present)
    void viewer.open()
    this.addEventListener("darkslide-busy", ({ detail }) => (this.isBusy = detail.isBusy), { signal: this.present })
  }

  protected override render(): TemplateResult {
    return html`<div class="camera" data-mode=${this.mode}>
      <div class="camera-head">
        <h1 tabindex="-1">${strings.camera.heading}</h1>
        ${modeTabs(this.mode, this.isBusy, (mode) => void this.turnTo(mode))}
      </div>
      ${this.modeView()}
    </div>`
  }

  private modeView(): TemplateResult {
    const { cameras, library, viewer } = this
    const { state: viewing, list, verdict } = viewer ?? {}
    switch (this.mode) {
      case "photo":
        return html`<darkslide-photo-mode
          .cameras=${cameras}
          .library=${library}
          .viewer=${viewer}
          .viewing=${viewing}
          .list=${list}
          .verdict=${verdict}
        ></darkslide-photo-mode>`
      case "clip":
        return html`<darkslide-clip-mode
          .cameras=${cameras}
          .library=${library}
          .viewer=${viewer}
          .viewing=${viewing}
          .list=${list}
          .verdict=${verdict}
        ></darkslide-clip-mode>`
      case "motion":
        return html`<darkslide-motion-mode
          .cameras=${cameras}
          .library=${library}
          .viewer=${viewer}
          .viewing=${viewing}
          .list=${list}
          .verdict=${verdict}
        ></darkslide-motion-mode>`
      case "several":
        return html`<darkslide-several-mode
          .cameras=${cameras}
          .library=${library}
          .viewer=${viewer}
          .list=${list}
        ></darkslide-several-mode>`
    }
  }

  /** With several cameras each has its own owner: the shared one is let go of first. */
  private async turnTo(mode: ModeName): Promise<void> {
    if (this.isBusy || mode === this.mode) return
    const before = this.mode
    if (mode === "several") await this.viewer?.close()
    this.mode = mode
    if (before === "several") {
      await this.updateComplete
      await this.viewer?.open()
    }
  }
}
