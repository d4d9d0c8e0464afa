import type { Camera } from "@darkslide/capture"
import { html, nothing, type TemplateResult } from "lit"
import { isMirrored, type CameraViewer } from "../camera/viewer.ts"
import { strings } from "../strings.ts"
import "./camera-tuning.ts"
import { optionSelect } from "./option-select.ts"

const words = strings.camera

/** Which camera is open, and what it lets a page set. */
export function cameraChoice(viewer: CameraViewer, isDisabled: boolean): TemplateResult {
  const { list, state: viewing } = viewer
  const camera = viewing.state === "live" ? viewing.camera : undefined
  return html`<div class="camera-choice">
    ${optionSelect({
      id: "camera",
      label: strings.fields.camera,
      value: camera?.info.deviceId ?? viewer.wanted ?? "",
      options: list.map(({ deviceId, label }, index) => [deviceId, label || words.unnamed(index + 1)] as const),
      isDisabled: isDisabled || list.length === 0,
      choose: (deviceId) => void viewer.open(deviceId),
    })}
    ${
      camera === undefined
        ? nothing
        : html`<p class="help small soft">${cameraFacts(camera)}</p>
            <darkslide-camera-tuning .controls=${camera.controls}></darkslide-camera-tuning>`
    }
  </div>`
}

function cameraFacts(camera: Camera): string {
  const size = words.facts(camera.settings.width, camera.settings.height)
  return isMirrored(camera) ? `${size}, ${words.mirrored}` : size
}
