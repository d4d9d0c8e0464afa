import { html, nothing, type TemplateResult } from "lit"
import type { CameraSettings } from "../camera/camera-settings.ts"
import { strings } from "../strings.ts"
import { optionSelect } from "./option-select.ts"

const words = strings.motion

/** How easily it is roused, what it then takes, and how long it rests. */
export function motionOptions(
  settings: CameraSettings,
  isWatching: boolean,
  choose: (change: Partial<CameraSettings>) => void,
): TemplateResult {
  const { sensitivity, onMotion, preRollSeconds, coolDownSeconds } = settings
  return html`<div class="field">
      <label for="sensitivity">${words.sensitivity} <output class="exact">${sensitivity}</output></label>
      <input
        id="sensitivity"
        type="range"
        min="1"
        max="10"
        step="1"
        .value=${String(sensitivity)}
        @change=${(event: Event) => choose({ sensitivity: (event.currentTarget as HTMLInputElement).valueAsNumber })}
      />
      <p class="help range-ends"><span>${words.leastSensitive}</span><span>${words.mostSensitive}</span></p>
    </div>
    <div class="options">
      ${optionSelect({
        id: "on-motion",
        label: words.take,
        value: onMotion,
        options: [
          ["photo", words.takes.photo],
          ["clip", words.takes.clip],
        ],
        isDisabled: isWatching,
        choose: (value) => choose({ onMotion: value }),
      })}
      ${optionSelect({
        id: "cool-down",
        label: words.coolDown,
        value: coolDownSeconds,
        options: ([5, 10, 30, 60] as const).map((each) => [each, strings.camera.seconds(each)] as const),
        isDisabled: isWatching,
        choose: (value) => choose({ coolDownSeconds: value }),
      })}
      ${
        onMotion === "photo"
          ? nothing
          : optionSelect({
              id: "motion-pre-roll",
              label: strings.camera.before,
              value: preRollSeconds,
              options: ([0, 2, 5, 10, 30] as const).map(
                (each) =>
                  [each, each === 0 ? strings.camera.nothingBefore : strings.camera.secondsBefore(each)] as const,
              ),
              isDisabled: isWatching,
              choose: (value) => choose({ preRollSeconds: value }),
            })
      }
    </div>`
}
