import type { CameraControls, RangeControl } from "@darkslide/capture"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { strings } from "../strings.ts"
import { errorNotice } from "./error-notice.ts"
import { PageElement } from "../page-element.ts"

const words = strings.camera

/** Zoom and light, where the device offers them. */
@customElement("darkslide-camera-tuning")
export class CameraTuning extends PageElement {
  @property({ attribute: false }) controls: CameraControls = {}
  @state() private error: unknown

  protected override render(): TemplateResult | typeof nothing {
    const { zoom, torch } = this.controls
    if (zoom === undefined && torch === undefined) return nothing
    return html`<div class="options">
        ${zoom === undefined ? nothing : this.zoom(zoom)}
        ${
          torch === undefined
            ? nothing
            : html`<wa-button
                appearance="outlined"
                @click=${() => this.set(() => torch.set(torch.value === "on" ? "off" : "on"))}
              >
                ${torch.value === "on" ? words.torchOff : words.torchOn}
              </wa-button>`
        }
      </div>
      ${this.error === undefined ? nothing : errorNotice(this.error)}`
  }

  private zoom(zoom: RangeControl): TemplateResult {
    return html`<div class="field">
      <label for="zoom">${words.zoom}</label>
      <input
        id="zoom"
        type="range"
        min=${zoom.min}
        max=${zoom.max}
        step=${zoom.step || "any"}
        .value=${String(zoom.value)}
        @change=${(event: Event) => this.set(() => zoom.set((event.currentTarget as HTMLInputElement).valueAsNumber))}
      />
    </div>`
  }

  private async set(change: () => Promise<void>): Promise<void> {
    this.error = undefined
    try {
      await change()
      this.requestUpdate()
    } catch (error) {
      this.error = error
    }
  }
}
