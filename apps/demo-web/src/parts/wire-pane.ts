import { html, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property } from "lit/decorators.js"
import { channelStrings } from "../channel-strings.ts"
import { paintBytes } from "../channels/paint-bytes.ts"
import { wireFigures } from "../channels/wire-figures.ts"
import { sizeInWords } from "./figures.ts"
import { PageElement } from "../page-element.ts"

const words = channelStrings.figures

/** Bytes painted as pixels, with what can be counted in them. */
@customElement("darkslide-wire-pane")
export class WirePane extends PageElement {
  @property({ attribute: false }) bytes: Uint8Array = new Uint8Array()
  /** Pixels in a line; near to a square where it is not known. */
  @property({ type: Number }) width: number | undefined
  /** Of the painting, for those who do not see it. */
  @property() label = ""

  protected override render(): TemplateResult {
    const { bytes, entropy, chiSquare, correlation, repeats } = wireFigures(this.bytes)
    const facts: readonly (readonly [string, string])[] = [
      [words.bytes, sizeInWords(bytes)],
      [words.entropy, words.entropyOf(entropy.toFixed(2))],
      [words.correlation, correlation.toFixed(2)],
      [words.repeats, `${(100 * repeats).toFixed(1)} %`],
      [words.chiSquare, Math.round(chiSquare).toLocaleString("en")],
    ]
    return html`<canvas role="img" aria-label=${this.label}></canvas>
      <dl class="wire-figures">
        ${facts.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>`
  }

  protected override updated(changed: PropertyValues<this>): void {
    const canvas = this.querySelector("canvas")
    if (canvas && (changed.has("bytes") || changed.has("width"))) paintBytes(canvas, this.bytes, this.width)
  }
}
