import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, state } from "lit/decorators.js"
import { channelStrings } from "../channel-strings.ts"
import { paintBytes } from "../channels/paint-bytes.ts"
import { drawSample, pass, ways, type Passage, type Way } from "../channels/why-not.ts"
import "./wire-pane.ts"
import { PageElement } from "../page-element.ts"

const words = channelStrings
const side = 128

/** A drawn picture, sent by age or by a way that must not be taken: what was sent, the wire, what is received. */
@customElement("darkslide-why-not")
export class WhyNotPanes extends PageElement {
  @state() private way: Way = "age"
  @state() private passage: Passage | undefined
  private readonly pixels = drawSample(side)

  override connectedCallback(): void {
    super.connectedCallback()
    void this.take(this.way)
  }

  protected override render(): TemplateResult {
    return html`<fieldset class="ways">
        <legend>${words.whySwitch}</legend>
        ${ways.map(
          (way) =>
            html`<label>
              <input
                type="radio"
                name="way"
                .value=${way}
                .checked=${way === this.way}
                @change=${() => this.take(way)}
              />
              <span>${words.ways[way]}</span>
            </label>`,
        )}
      </fieldset>
      <p class="verdict" role="status">${words.verdicts[this.way]}</p>
      <div class="panes">
        ${this.pane(words.panes.sent, html`<canvas class="sample" role="img" aria-label=${words.sampleAlt}></canvas>`)}
        ${this.pane(
          words.panes.wire,
          this.passage === undefined
            ? nothing
            : html`<darkslide-wire-pane
                .bytes=${this.passage.wire}
                .width=${this.passage.width}
                label=${words.wayAlt(words.ways[this.way])}
              ></darkslide-wire-pane>`,
        )}
        ${this.pane(
          words.panes.received,
          html`<canvas class="opened" role="img" aria-label=${words.openedAlt}></canvas>`,
        )}
      </div>`
  }

  protected override updated(changed: PropertyValues<{ passage: Passage | undefined }>): void {
    if (!changed.has("passage") || !this.passage) return
    const [sample, opened] = ["sample", "opened"].map((name) => this.querySelector<HTMLCanvasElement>(`.${name}`))
    if (sample) paintBytes(sample, this.pixels, side)
    if (opened) paintBytes(opened, this.passage.opened, side)
  }

  private pane(title: string, content: TemplateResult | typeof nothing): TemplateResult {
    return html`<figure class="pane">
      <figcaption>${title}</figcaption>
      ${content}
    </figure>`
  }

  private async take(way: Way): Promise<void> {
    this.way = way
    const passage = await pass(way, this.pixels, side)
    if (this.way === way) this.passage = passage
  }
}
