import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { channelStrings } from "../channel-strings.ts"
import type { LiveTap, TappedItem } from "../channels/live-tap.ts"
import { roomStrings } from "../room-strings.ts"
import { sizeInWords } from "./figures.ts"
import { mark } from "./mark.ts"
import { optionSelect } from "./option-select.ts"
import "./why-not-panes.ts"
import "./wire-pane.ts"
import { PageElement } from "../page-element.ts"

const words = channelStrings

/** What an interceptor sees: closed plates on both sides, and between them the stored bytes as pixels. */
@customElement("darkslide-tap-view")
export class TapView extends PageElement {
  @property({ attribute: false }) tap!: LiveTap
  @state() private chosen = ""

  override connectedCallback(): void {
    super.connectedCallback()
    this.tap.onChange(() => this.requestUpdate(), this.present)
  }

  protected override render(): TemplateResult {
    const { tap } = this
    const { connection } = tap
    return html`<div class="page-head">
        <h1 tabindex="-1">${words.tapHeading}</h1>
        <p class="connection small" role="status" data-state=${connection.state}>
          ${connection.state === "connected" ? roomStrings.states.connected : roomStrings.states.reconnecting}
        </p>
        <p class="lead">${words.tapLead}</p>
      </div>
      <p class="tap-sums soft">${words.tapPeople(tap.present.length)} · ${words.tapStored(tap.storedCount)}</p>
      ${this.stored(tap.items)}
      <section class="card" aria-labelledby="messages">
        <h2 id="messages">${words.tapMessages}</h2>
        <ol class="channel-events" tabindex="0" aria-label=${words.tapMessages}>
          ${tap.messages.map(
            ({ seq, from, bytes }) =>
              html`<li data-seq=${seq}>
                <span class="small soft exact">${words.number(seq)}</span>
                <span class="small">${words.tapMessage(from)}</span>
                <span class="small soft">${sizeInWords(bytes)}</span>
              </li>`,
          )}
        </ol>
      </section>
      <section class="card" aria-labelledby="why">
        <h2 id="why">${words.why}</h2>
        <p class="small soft">${words.whyHelp}</p>
        <darkslide-why-not></darkslide-why-not>
      </section>`
  }

  private stored(items: readonly TappedItem[]): TemplateResult {
    const shown = items.find(({ item }) => item.id === this.chosen) ?? items.at(-1)
    if (shown === undefined) return html`<section class="card"><p class="soft">${words.tapNone}</p></section>`
    return html`<section class="card" aria-labelledby="stored">
      <h2 id="stored">${words.chosen}</h2>
      ${
        items.length > 1
          ? optionSelect({
              id: "stored-item",
              label: words.chosen,
              value: shown.item.id,
              options: items.map(
                ({ item }, index) => [item.id, words.chosenOf(index + 1, sizeInWords(item.bytes))] as const,
              ),
              choose: (id) => (this.chosen = id),
            })
          : nothing
      }
      <div class="panes">
        ${closedPane(words.panes.sent, words.closedPlate)}
        <figure class="pane wire">
          <figcaption>${words.panes.wire}</figcaption>
          <darkslide-wire-pane .bytes=${shown.bytes} label=${words.wireAlt}></darkslide-wire-pane>
        </figure>
        ${closedPane(words.panes.received, words.closedPlateReceived)}
      </div>
      <p class="small soft">${words.wireHelp}</p>
    </section>`
  }
}

function closedPane(title: string, text: string): TemplateResult {
  return html`<figure class="pane">
    <figcaption>${title}</figcaption>
    <div class="closed-plate">
      ${mark()}
      <p>${text}</p>
    </div>
  </figure>`
}
