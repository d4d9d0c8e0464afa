import { html, type TemplateResult } from "lit"
import { customElement, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import { strings } from "../strings.ts"
import { CameraMode } from "./camera-mode.ts"
import "./camera-station.ts"

const words = strings.several
/** More previews at once than this is more than most machines carry. */
const mostAtFirst = 4

/** Several cameras side by side, each with its own buttons. */
@customElement("darkslide-several-mode")
export class SeveralMode extends CameraMode {
  /** Ids that were switched on or off by hand. */
  @state() private chosen: ReadonlyMap<string, boolean> = new Map()
  /** Ids of stations that record. */
  @state() private recording: ReadonlySet<string> = new Set()

  protected override get isBusy(): boolean {
    return this.recording.size > 0
  }

  protected override render(): TemplateResult {
    const shown = this.list.filter((camera, index) => this.isShown(camera.deviceId, index))
    return html`<div class="stations">
        ${repeat(
          shown,
          ({ deviceId }) => deviceId,
          ({ deviceId, label }) =>
            html`<darkslide-camera-station
              deviceId=${deviceId}
              name=${label || words.unnamed}
              .cameras=${this.cameras}
              .library=${this.library}
              @darkslide-station=${(event: CustomEvent<{ readonly isRecording: boolean }>) =>
                this.note(deviceId, event.detail.isRecording)}
            ></darkslide-camera-station>`,
        )}
        ${shown.length === 0 ? html`<p class="soft">${words.none}</p>` : ""}
      </div>
      <div class="camera-side">
        <fieldset class="station-choice">
          <legend>${words.choose}</legend>
          ${this.list.map(
            ({ deviceId, label }, index) =>
              html`<label>
                <input
                  type="checkbox"
                  .checked=${this.isShown(deviceId, index)}
                  ?disabled=${this.recording.has(deviceId)}
                  @change=${() => this.toggle(deviceId, index)}
                />
                ${label || strings.camera.unnamed(index + 1)}
              </label>`,
          )}
        </fieldset>
        <p class="small soft">${words.lead}</p>
      </div>`
  }

  private isShown(deviceId: string, index: number): boolean {
    return this.chosen.get(deviceId) ?? index < mostAtFirst
  }

  private toggle(deviceId: string, index: number): void {
    this.chosen = new Map([...this.chosen, [deviceId, !this.isShown(deviceId, index)]])
  }

  private note(deviceId: string, isRecording: boolean): void {
    const others = [...this.recording].filter((each) => each !== deviceId)
    this.recording = new Set(isRecording ? [...others, deviceId] : others)
  }
}
