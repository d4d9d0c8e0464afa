import { html, nothing, svg, type TemplateResult } from "lit"
import { live } from "lit/directives/live.js"
import type { CameraInfo } from "../camera.ts"
import type { RangeControl } from "../camera-controls.ts"
import { icon } from "./icons.ts"
import type { MotionSight } from "./ports.ts"
import type { CameraWords } from "./words.ts"

/** What the detector sees, drawn over the picture: solid where something moves, dashed where it only differs. */
export function motionView(
  sight: MotionSight,
  aspect: { width: number; height: number },
  words: CameraWords,
): TemplateResult {
  const { width, height } = aspect
  return html`<svg part="motion-boxes" class="boxes" viewBox="0 0 ${width} ${height}" aria-hidden="true">
      ${sight.boxes.map(
        (box) =>
          svg`<rect class=${box.kind === "moving" ? "moving" : "other"} x=${box.x * width} y=${box.y * height}
            width=${box.width * width} height=${box.height * height} rx=${width / 200} />`,
      )}
    </svg>
    <span part="badge motion" class="badge motion" ?data-moving=${sight.motion}>
      ${sight.motion ? words.motion : words.noMotion}
    </span>`
}

export function recordingBadge(seconds: number, words: CameraWords): TemplateResult {
  return html`<span part="badge recording" class="badge rec">${words.recording(seconds)}</span>`
}

export interface CameraChoiceView {
  readonly cameras: readonly CameraInfo[]
  readonly chosen: string
  /** Whether another one may be chosen now. */
  readonly isOpen: boolean
}

export function chooser(
  { cameras, chosen, isOpen }: CameraChoiceView,
  words: CameraWords,
  choose: (deviceId: string) => void,
): TemplateResult {
  const isNamed = cameras.some(({ deviceId }) => deviceId !== "")
  return html`<label part="chooser" class="chooser">
    <span class="visually-hidden">${words.camera}</span>
    <select
      part="select"
      .value=${live(chosen)}
      ?disabled=${!isNamed || !isOpen}
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

export function zoomSlider(zoom: RangeControl, words: CameraWords, set: (value: number) => void): TemplateResult {
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

/** A button that is on or off, with its sign. */
export function toggle(
  name: "mirror" | "torch",
  label: string,
  isOn: boolean,
  shortcut: string | undefined,
  press: () => void,
): TemplateResult {
  return html`<button
    type="button"
    part="button ${name}"
    class="round"
    title=${label}
    aria-label=${label}
    aria-pressed=${isOn ? "true" : "false"}
    aria-keyshortcuts=${shortcut ?? nothing}
    @click=${press}
  >
    ${icon(name)}
  </button>`
}
