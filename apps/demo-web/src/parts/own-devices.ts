import { html, nothing, type TemplateResult } from "lit"
import { callStrings } from "../call-strings.ts"
import type { OwnMedia } from "../call/own-media.ts"
import { callButton } from "./call-button.ts"
import { errorNotice } from "./error-notice.ts"
import { optionSelect } from "./option-select.ts"

const words = callStrings

/** Mute and camera, before a call and in it. */
export function ownButtons(own: OwnMedia): TemplateResult {
  const isCameraOn = own.camera.state !== "off"
  const { isMuted } = own
  return html`${callButton({
    icon: isMuted ? "microphone-off" : "microphone",
    text: isMuted ? words.unmute : words.mute,
    tone: isMuted ? "off" : "on",
    press: () => void own.turnMicrophone(isMuted ? "on" : "off"),
  })}
  ${callButton({
    icon: isCameraOn ? "video" : "video-off",
    text: isCameraOn ? words.cameraTurnOff : words.cameraTurnOn,
    tone: isCameraOn ? "on" : "off",
    press: () => void own.turnCamera(isCameraOn ? "off" : "on"),
  })}`
}

/** Which camera and which microphone. */
export function ownChoices(own: OwnMedia): TemplateResult {
  const { viewer, camera, microphone, microphones } = own
  const cameraId = camera.state === "live" ? camera.camera.info.deviceId : (viewer.wanted ?? "")
  const microphoneId = microphone.state === "live" ? microphone.microphone.deviceId : ""
  return html`${optionSelect({
    id: "call-camera",
    label: words.cameraField,
    value: cameraId,
    options: viewer.list.map(
      ({ deviceId, label }, index) => [deviceId, label || words.unnamedCamera(index + 1)] as const,
    ),
    isDisabled: viewer.list.length === 0,
    choose: (deviceId) => void own.chooseCamera(deviceId),
  })}
  ${optionSelect({
    id: "call-microphone",
    label: words.microphoneField,
    value: microphoneId,
    options: microphones.map(
      ({ deviceId, label }, index) => [deviceId, label || words.unnamedMicrophone(index + 1)] as const,
    ),
    isDisabled: microphones.length === 0,
    choose: (deviceId) => void own.chooseMicrophone(deviceId),
  })}`
}

/** What is wrong with the microphone, with a way to try again. */
export function microphoneTrouble({ microphone }: OwnMedia, retry: () => void): TemplateResult | typeof nothing {
  return microphone.state === "failed" ? errorNotice(microphone.error, retry) : nothing
}
