import { html, svg, type TemplateResult } from "lit"
import { detailStrings } from "../detail-strings.ts"
import type { Histogram } from "../files/histogram.ts"

const words = detailStrings.histogram
const height = 40

export function histogramCard(histogram: Histogram): TemplateResult {
  const { dark, bright, black, white } = histogram
  const percent = (share: number): number => Math.round(100 * share)
  const summary = words.summary(percent(dark), 100 - percent(dark) - percent(bright), percent(bright))
  // A single peak, such as a white border, must not press all else flat.
  const top = Math.max(
    0.01,
    ...[histogram.red, histogram.green, histogram.blue].map((channel) => channel.toSorted((a, b) => b - a)[1] ?? 0),
  )
  return html`<section class="facts-card" aria-labelledby="histogram">
    <h3 id="histogram">${words.heading}</h3>
    <svg class="histogram" viewBox="0 0 64 ${height}" preserveAspectRatio="none" role="img" aria-label=${summary}>
      ${(["red", "green", "blue"] as const).map(
        (name) => svg`<path class="histogram-${name}" d=${pathOf(histogram[name], top)}></path>`,
      )}
      <path class="histogram-luma" fill="none" d=${pathOf(histogram.luma, top)}></path>
    </svg>
    <p class="small soft">${summary}. ${words.clipped(percent(black), percent(white))}.</p>
  </section>`
}

function pathOf(shares: readonly number[], top: number): string {
  const points = shares.map((share, step) => `${step + 0.5} ${(height * (1 - Math.min(1, share / top))).toFixed(2)}`)
  return `M0 ${height}L${points.join("L")}L64 ${height}Z`
}
