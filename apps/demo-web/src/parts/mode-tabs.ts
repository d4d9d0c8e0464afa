import { html, type TemplateResult } from "lit"
import { strings } from "../strings.ts"

const modes = ["photo", "clip", "motion", "several"] as const
export type ModeName = (typeof modes)[number]

const icons: Readonly<Record<ModeName, string>> = { photo: "camera", clip: "record", motion: "motion", several: "grid" }

/** What the camera is used for just now. While something would be lost by changing, it stays. */
export function modeTabs(current: ModeName, isBusy: boolean, choose: (mode: ModeName) => void): TemplateResult {
  const { modes: names, mode } = strings.camera
  return html`<fieldset class="modes" ?disabled=${isBusy}>
    <legend class="visually-hidden">${mode}</legend>
    ${modes.map(
      (each) =>
        html`<label class="mode">
          <input
            class="visually-hidden"
            type="radio"
            name="mode"
            .value=${each}
            .checked=${each === current}
            @change=${() => choose(each)}
          />
          <wa-icon name=${icons[each]}></wa-icon><span>${names[each]}</span>
        </label>`,
    )}
  </fieldset>`
}
