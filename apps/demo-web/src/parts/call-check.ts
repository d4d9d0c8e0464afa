import type { CallWay } from "@darkslide/rooms/media"
import { html, nothing, type TemplateResult } from "lit"
import { callStrings } from "../call-strings.ts"
import { maxInMesh } from "../call/calls-service.ts"
import type { OwnMedia } from "../call/own-media.ts"
import { errorNotice } from "./error-notice.ts"
import { microphoneTrouble, ownButtons, ownChoices } from "./own-devices.ts"
import "./sound-level.ts"
import { viewfinder } from "./viewfinder.ts"

const words = callStrings

interface CallCheck {
  readonly own: OwnMedia
  readonly isJoining: boolean
  readonly error: unknown
  /** Whether there is a relay to choose. */
  readonly hasRelay: boolean
  readonly isRelayed: boolean
  readonly chooseRelay: (isRelayed: boolean) => void
  /** Whether the server passes calls on. */
  readonly hasUnit: boolean
  readonly way: CallWay
  readonly chooseWay: (way: CallWay) => void
  readonly join: () => void
  readonly cancel: () => void
}

/** One's own picture and sound, and which devices they come from, before anybody else has them. */
export function callCheck(check: CallCheck): TemplateResult {
  const { own, isJoining, error } = check
  return html`<p class="soft">${words.checkHelp}</p>
    <div class="call-check">
      ${preview(own)}
      <div class="stack">
        <div class="call-bar" role="group" aria-label=${words.controls}>${ownButtons(own)}</div>
        ${soundLine(own)} ${microphoneTrouble(own, () => void own.turnMicrophone("on"))} ${ownChoices(own)}
        ${check.hasUnit ? wayChoice(check) : nothing} ${check.hasRelay ? relayChoice(check) : nothing}
        ${error === undefined ? nothing : errorNotice(error)}
        <div class="row">
          <wa-button variant="brand" ?loading=${isJoining} @click=${check.join}>${words.join}</wa-button>
          <wa-button appearance="outlined" @click=${check.cancel}>${words.cancel}</wa-button>
        </div>
        <p class="busy-step" role="status">${isJoining ? words.joining : nothing}</p>
      </div>
    </div>`
}

function preview(own: OwnMedia): TemplateResult {
  const { camera, viewer } = own
  const isOff = camera.state === "off"
  return viewfinder({
    viewing: isOff ? { state: "opening" } : camera,
    verdict: viewer.verdict,
    name: words.preview,
    retry: () => void own.turnCamera("on"),
    instead: isOff
      ? html`<div class="viewfinder-words">
          <wa-icon name="video-off"></wa-icon>
          <p><strong>${words.cameraOff}</strong> <span class="soft">${words.cameraOffHelp}</span></p>
        </div>`
      : undefined,
  })
}

function soundLine({ microphone, isMuted }: OwnMedia): TemplateResult | typeof nothing {
  if (microphone.state === "failed") return nothing
  if (microphone.state !== "live" || isMuted)
    return html`<p class="small soft">${microphone.state === "opening" ? nothing : words.microphoneOff}</p>`
  return html`<div class="sound-line">
    <darkslide-sound-level .stream=${microphone.microphone.stream} label=${words.level}></darkslide-sound-level>
    <p class="small soft">${words.levelHelp}</p>
  </div>`
}

function wayChoice({ way, chooseWay }: CallCheck): TemplateResult {
  return html`<fieldset class="ways">
    <legend>${words.wayField}</legend>
    ${(["mesh", "unit"] as const).map(
      (each) =>
        html`<label>
            <input
              type="radio"
              name="call-way"
              .checked=${each === way}
              aria-describedby="way-${each}"
              @change=${() => chooseWay(each)}
            />
            <span>${words.wayChoices[each]}</span>
          </label>
          <p class="small soft" id="way-${each}">${words.wayHelps[each](maxInMesh)}</p>`,
    )}
  </fieldset>`
}

function relayChoice({ isRelayed, chooseRelay }: CallCheck): TemplateResult {
  const choose = (event: Event): void => chooseRelay((event.currentTarget as HTMLInputElement).checked)
  return html`<div class="ways">
    <label>
      <input type="checkbox" .checked=${isRelayed} aria-describedby="relay-help" @change=${choose} />
      <span>${words.relayField}</span>
    </label>
    <p class="small soft" id="relay-help">${words.relayHelp}</p>
  </div>`
}
