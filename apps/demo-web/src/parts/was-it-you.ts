import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { alertStrings } from "../alert-strings.ts"
import type { AlertsService, InboxItem } from "../alerts/alerts-service.ts"
import { announce } from "../page-events.ts"
import { errorNotice } from "./error-notice.ts"
import { dayAndTime } from "./figures.ts"
import "./thumbnail.ts"
import { PageElement } from "../page-element.ts"

const words = alertStrings.wasItYou
const mostShown = 6

/** Asks, at the first page after a login, about photos that its owner has not looked at yet. */
@customElement("darkslide-was-it-you")
export class WasItYou extends PageElement {
  @property({ attribute: false }) alerts!: AlertsService
  @state() private items: readonly InboxItem[] = []
  @state() private error: unknown

  override connectedCallback(): void {
    super.connectedCallback()
    void this.load(this.present)
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.items.length === 0) return nothing
    return html`<section class="was-it-you" aria-labelledby="was-it-you">
      <div class="was-it-you-words">
        <h2 id="was-it-you">${words.heading}</h2>
        <p>${words.photos(this.items.length)} <a href="/alerts">${words.link}</a></p>
        ${this.error === undefined ? nothing : errorNotice(this.error)}
        <div class="row">
          <wa-button size="s" variant="danger" appearance="outlined" @click=${this.delete}>${words.mine}</wa-button>
          <wa-button size="s" appearance="outlined" @click=${this.keep}>${words.notMine}</wa-button>
        </div>
      </div>
      <ul class="was-it-you-photos">
        ${this.items.slice(0, mostShown).map((item) => this.photo(item))}
      </ul>
    </section>`
  }

  private photo(item: InboxItem): TemplateResult | typeof nothing {
    if (item.refused !== undefined) return nothing
    const time = dayAndTime(item.createdAt)
    return html`<li>
      <span class="alert-picture" role="img" aria-label=${alertStrings.photoAt(time)}>
        <darkslide-thumbnail .library=${this.alerts} .captureId=${item.captureId}></darkslide-thumbnail>
      </span>
    </li>`
  }

  private async load(signal: AbortSignal): Promise<void> {
    try {
      const { items } = await this.alerts.inbox({ signal })
      if (!signal.aborted) this.items = items.filter(({ isReviewed }) => !isReviewed)
    } catch {
      // Out of reach of the server there is nothing to ask; the Alerts page says what is wrong.
      this.items = []
    }
  }

  private async delete(): Promise<void> {
    await this.act(alertStrings.deleted, async (signal) => {
      for (const { captureId } of this.items) await this.alerts.delete(captureId, { signal })
    })
  }

  private async keep(): Promise<void> {
    await this.act(words.kept, async (signal) => {
      await this.alerts.review(
        this.items.map(({ captureId }) => captureId),
        { signal },
      )
    })
  }

  private async act(done: string, action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = this.present
    this.error = undefined
    try {
      await action(signal)
      this.items = []
      announce(this, done)
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }
}
