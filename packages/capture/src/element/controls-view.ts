import { html, nothing, type TemplateResult } from "lit"
import { live } from "lit/directives/live.js"
import type { Camera, CameraInfo } from "../camera.ts"
import type { RangeControl } from "../camera-controls.ts"
import type { CameraElementState } from "./events.ts"
import { icon } from "./icons.ts"
import type { CameraWords } from "./words.ts"

/** What the controls show, and what pressing them does. */
export interface Controls {
  readonly state: CameraElementState
  readonly words: CameraWords
  readonly camera: Camera | undefined
  readonly cameras: readonly CameraInfo[]
  readonly chosen: string
  readonly timer: number
  readonly isMirrored: boolean
  readonly hasRecorder: boolean
  readonly hasLetters: boolean
  choose(deviceId: string): void
  shoot(): void
  cancelTimer(): void
  record(): void
  stopRecording(): void
  nextTimer(): void
  turnMirror(): void
  /** Sets something of the camera: what it cannot do is told, and what it did is drawn. */
  set(work: Promise<void>): void
}

/**
 * Chooser, shutter, timer and whatever the camera has. What cannot be pressed for a moment is `aria-disabled` only: a
 * button that is disabled under a person's finger would lose the focus.
 */
export function controlsView(controls: Controls): TemplateResult {
  const { state, words, camera, isMirrored } = controls
  const { zoom, torch } = camera?.controls ?? {}
  const turnTorch = (): void => torch && controls.set(torch.set(torch.value === "on" ? "off" : "on"))
  return html`<div part="controls" class="controls" ?hidden=${!isOfUse(controls)}>
      ${chooser(controls)}
      <div class="shutter-group">
        ${shutterButton(controls)} ${controls.hasRecorder ? recordButton(controls) : nothing}
      </div>
      <div part="tools" class="tools">
        <button
          type="button"
          part="button timer"
          class="timer"
          title=${words.timer(controls.timer)}
          ?data-set=${controls.timer > 0}
          aria-keyshortcuts=${key(controls, "t")}
          ?disabled=${state === "failed"}
          @click=${() => controls.nextTimer()}
        >
          ${icon("timer")} <span class="visually-hidden">${words.timer(controls.timer)}</span>
          ${controls.timer > 0 ? html`<span aria-hidden="true">${controls.timer} s</span>` : nothing}
        </button>
        ${toggle("mirror", words.mirror, isMirrored, key(controls, "m"), () => controls.turnMirror())}
        ${torch === undefined ? nothing : toggle("torch", words.torch, torch.value === "on", nothing, turnTorch)}
      </div>
    </div>
    ${zoom === undefined ? nothing : zoomSlider(zoom, words, (value) => controls.set(zoom.set(value)))}`
}

/** Where there is no camera and no other to choose, a shutter would only be in the way. */
function isOfUse({ state, cameras }: Controls): boolean {
  return (state !== "off" && state !== "failed") || cameras.some(({ deviceId }) => deviceId !== "")
}

/** Letters as `aria-keyshortcuts`, where they are on. */
function key({ hasLetters }: Controls, letter: string): string | typeof nothing {
  return hasLetters ? letter : nothing
}

/** A switch would give up what is being taken: it waits until that is done. */
function chooser({ state, words, cameras, chosen, choose }: Controls): TemplateResult {
  const isNamed = cameras.some(({ deviceId }) => deviceId !== "")
  const isBusy = state === "counting" || state === "taking" || state === "recording"
  return html`<label part="chooser" class="chooser">
    <span class="visually-hidden">${words.camera}</span>
    <select
      part="select"
      .value=${live(chosen)}
      ?disabled=${!isNamed || isBusy}
      @change=${(event: Event) => choose((event.currentTarget as HTMLSelectElement).value)}
    >
      ${
        isNamed
          ? cameras.map(
              ({ deviceId, label }, index) =>
                html`<option value=${deviceId} .selected=${deviceId === chosen}>
                  ${label === "" ? words.unnamed(index + 1) : label}
                </option>`,
            )
          : html`<option value="">${words.camera}</option>`
      }
    </select>
    ${icon("chevron")}
  </label>`
}

function shutterButton(controls: Controls): TemplateResult {
  const { state, words } = controls
  const isCounting = state === "counting"
  const label = isCounting ? words.cancelTimer : words.shutter
  return html`<button
    type="button"
    part="shutter"
    class="shutter ${isCounting ? "stop" : ""}"
    title=${label}
    aria-label=${label}
    aria-keyshortcuts=${isCounting ? "Escape" : key(controls, "p")}
    aria-disabled=${state === "live" || isCounting ? "false" : "true"}
    @click=${() => (isCounting ? controls.cancelTimer() : controls.shoot())}
  ></button>`
}

function recordButton(controls: Controls): TemplateResult {
  const { state, words } = controls
  const isRecording = state === "recording"
  const label = isRecording ? words.stopRecording : words.record
  return html`<button
    type="button"
    part="record"
    class="record"
    title=${label}
    aria-label=${label}
    aria-keyshortcuts=${key(controls, "r")}
    aria-disabled=${state === "live" || isRecording ? "false" : "true"}
    @click=${() => (isRecording ? controls.stopRecording() : controls.record())}
  ></button>`
}

/** A button that is on or off, with its sign. */
function toggle(
  name: "mirror" | "torch",
  label: string,
  isOn: boolean,
  shortcut: string | typeof nothing,
  press: () => void,
): TemplateResult {
  return html`<button
    type="button"
    part="button ${name}"
    title=${label}
    aria-label=${label}
    aria-pressed=${isOn ? "true" : "false"}
    aria-keyshortcuts=${shortcut}
    @click=${press}
  >
    ${icon(name)}
  </button>`
}

function zoomSlider(zoom: RangeControl, words: CameraWords, set: (value: number) => void): TemplateResult {
  const { min, max, step, value } = zoom
  return html`<label part="zoom" class="zoom">
    <span>${words.zoom}</span>
    <input
      type="range"
      min=${min}
      max=${max}
      step=${step === 0 ? "any" : step}
      .value=${live(String(value))}
      @change=${(event: Event) => set(Number((event.currentTarget as HTMLInputElement).value))}
    />
  </label>`
}
