import type { MotionVerdict } from "@darkslide/capture/motion"
import { html, nothing, type TemplateResult } from "lit"
import type { MotionWatch } from "../camera/motion-watch.ts"
import { strings } from "../strings.ts"

const words = strings.motion

/** Why the detector says what it says, frame by frame. Too quick to be read out: what was saved is announced instead. */
export function motionReasons({ verdict, isTaking, restSeconds }: MotionWatch): TemplateResult {
  return html`<section class="reasons" aria-label=${words.why}>
    <p class="reason" data-motion=${verdict?.motion ? "" : nothing}>
      <strong>${words.reasons[verdict?.reason ?? "learning"]}</strong>
      <span class="soft">${isTaking ? words.taking : restSeconds > 0 ? words.resting(restSeconds) : words.ready}</span>
    </p>
    <dl class="figures">
      <div>
        <dt>${words.light}</dt>
        <dd class="exact">${verdict === undefined ? "–" : lightOf(verdict)}</dd>
      </div>
      <div>
        <dt>${words.cells}</dt>
        <dd class="exact">${verdict === undefined ? "–" : movingCells(verdict)}</dd>
      </div>
      <div>
        <dt>${words.where}</dt>
        <dd>${whereOf(verdict)}</dd>
      </div>
    </dl>
    <ul class="legend small">
      <li><span class="swatch moving"></span>${words.kinds.moving}</li>
      <li><span class="swatch light"></span>${words.kinds.light}</li>
      <li><span class="swatch stationary"></span>${words.kinds.stationary}</li>
    </ul>
  </section>`
}

/** Against the background: how much more contrast, and how much brighter in levels of 255. */
function lightOf({ light: { gain, offset } }: MotionVerdict): string {
  const levels = Math.round(offset)
  return `× ${gain.toFixed(2)} ${levels < 0 ? "−" : "+"} ${Math.abs(levels)}`
}

function movingCells({ boxes, cells }: MotionVerdict): string {
  const moving = boxes.filter(({ kind }) => kind === "moving").reduce((sum, box) => sum + box.cells, 0)
  return words.ofCells(moving, cells.length)
}

function whereOf(verdict: MotionVerdict | undefined): string {
  const moving = verdict?.boxes.filter(({ kind }) => kind === "moving") ?? []
  if (moving.length === 0) return words.nowhere
  return [...new Set(moving.map(({ zone }) => zone ?? words.anywhere))].join(", ")
}
