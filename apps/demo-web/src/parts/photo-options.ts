import { html, type TemplateResult } from "lit"
import type { CameraSettings } from "../camera/camera-settings.ts"
import { strings } from "../strings.ts"
import { optionSelect } from "./option-select.ts"

const words = strings.camera

/** Timer, number of pictures and their type. */
export function photoOptions(
  settings: CameraSettings,
  isDisabled: boolean,
  choose: (change: Partial<CameraSettings>) => void,
): TemplateResult {
  const { timerSeconds, count, type } = settings
  return html`<div class="options three">
    ${optionSelect({
      id: "timer",
      label: words.timer,
      value: timerSeconds,
      options: ([0, 3, 10] as const).map((each) => [each, each === 0 ? words.off : words.seconds(each)] as const),
      isDisabled,
      choose: (value) => choose({ timerSeconds: value }),
    })}
    ${optionSelect({
      id: "count",
      label: words.pictures,
      value: count,
      options: ([1, 3, 5, 10] as const).map((each) => [each, words.burst(each)] as const),
      isDisabled,
      choose: (value) => choose({ count: value }),
    })}
    ${optionSelect({
      id: "type",
      label: words.type,
      value: type,
      options: [
        ["image/jpeg", "JPEG"],
        ["image/webp", "WebP"],
        ["image/png", "PNG"],
      ],
      isDisabled,
      choose: (value) => choose({ type: value }),
    })}
  </div>`
}
