import { html, svg, type TemplateResult } from "lit"
import type { MotionSight } from "./ports.ts"
import type { CameraWords } from "./words.ts"

/** What the detector sees, drawn over the picture: solid where something moves, dashed where it only differs. */
export function motionBoxes(sight: MotionSight, { width, height }: { width: number; height: number }): TemplateResult {
  return html`<svg part="motion-boxes" class="boxes" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${sight.boxes.map(
      (box) =>
        svg`<rect class=${box.kind === "moving" ? "moving" : "other"} x=${box.x * width} y=${box.y * height}
          width=${box.width * width} height=${box.height * height} rx=${width / 200} />`,
    )}
  </svg>`
}

export function motionBadge({ motion }: MotionSight, words: CameraWords): TemplateResult {
  return html`<span part="badge motion" class="badge motion" ?data-moving=${motion}>
    ${motion ? words.motion : words.noMotion}
  </span>`
}

export function recordingBadge(seconds: number, words: CameraWords): TemplateResult {
  return html`<span part="badge recording" class="badge rec">${words.recording(seconds)}</span>`
}
