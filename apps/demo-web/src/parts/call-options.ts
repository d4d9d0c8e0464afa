import { html, nothing, type TemplateResult } from "lit"
import { callStrings } from "../call-strings.ts"
import type { QualityName } from "../call/call-quality.ts"
import type { LiveCall } from "../call/live-call.ts"
import type { OwnMedia } from "../call/own-media.ts"
import { optionSelect } from "./option-select.ts"
import { ownChoices } from "./own-devices.ts"

const words = callStrings
const names: readonly QualityName[] = ["auto", "sharp", "even", "sparing"]

/** Which devices, and how their picture is sent. */
export function callOptions(call: LiveCall, own: OwnMedia): TemplateResult {
  return html`<details class="card sees call-options">
    <summary>
      <h3>${words.options}</h3>
      <wa-icon name="chevron-down"></wa-icon>
    </summary>
    <div class="options">
      ${ownChoices(own)}
      <div>
        ${optionSelect({
          id: "call-quality",
          label: words.quality,
          value: call.quality,
          options: names.map((name) => [name, words.qualities[name]] as const),
          choose: (name) => void call.choose(name),
        })}
        <p class="small soft call-quality-help">${words.qualityHelps[call.quality]}</p>
      </div>
    </div>
  </details>`
}

/** Something that went wrong behind the scenes, until the person says that they have read it. */
export function callWarning(call: LiveCall, dismiss: () => void): TemplateResult | typeof nothing {
  if (call.warning === undefined) return nothing
  const { what, todo } = words.warnings[call.warning]
  return html`<div class="notice danger" role="alert">
    <wa-icon name="warning"></wa-icon>
    <div class="notice-body">
      <div><strong>${what}</strong> ${todo}</div>
      <wa-button appearance="outlined" @click=${dismiss}>${words.dismiss}</wa-button>
    </div>
  </div>`
}
