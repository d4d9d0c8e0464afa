import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { alertStrings } from "../alert-strings.ts"
import { announce } from "../page-events.ts"
import type { AlertContentChoice, SentinelService, SentinelView } from "../sentinel/sentinel-service.ts"
import { errorNotice } from "./error-notice.ts"
import { PageElement } from "../page-element.ts"

const words = alertStrings.arm
const choices = ["link", "sealed", "clear"] as const satisfies readonly AlertContentChoice[]

/** The section of Settings in which a browser is armed, and disarmed. */
@customElement("darkslide-arm-browser")
export class ArmBrowser extends PageElement {
  @property({ attribute: false }) sentinel!: SentinelService
  @property() accountId = ""
  @state() private view: SentinelView = { camera: "not-granted" }
  @state() private content: AlertContentChoice = "link"
  @state() private isBusy = false
  @state() private error: unknown

  override connectedCallback(): void {
    super.connectedCallback()
    void this.follow(this.present)
  }

  protected override render(): TemplateResult {
    const isMine = this.view.armed?.accountId === this.accountId
    return html`<section aria-labelledby="sentinel">
      <h2 id="sentinel">${words.heading}</h2>
      <div class="stack">
        <p class="lead">${words.lead}</p>
        <p class="small soft">${words.open} ${words.law}</p>
        <p class="armed-state" data-armed=${isMine ? "yes" : "no"}>
          <wa-icon name=${isMine ? "eye" : "lock"}></wa-icon>${this.stateWords(isMine)}
        </p>
        ${this.view.camera === "granted" ? this.choice() : html`<p>${words.notGranted}</p>`}
        ${this.error === undefined ? nothing : errorNotice(this.error)}
        <div class="row">
          <wa-button
            variant=${isMine ? "neutral" : "brand"}
            appearance=${isMine ? "outlined" : "accent"}
            ?disabled=${this.view.camera !== "granted" || (isMine && this.view.armed?.content === this.content)}
            ?loading=${this.isBusy}
            @click=${this.arm}
          >
            ${isMine ? words.change : words.button}
          </wa-button>
          ${
            isMine
              ? html`<wa-button variant="danger" appearance="outlined" ?loading=${this.isBusy} @click=${this.disarm}>
                  ${words.disarm}
                </wa-button>`
              : nothing
          }
        </div>
      </div>
    </section>`
  }

  private stateWords(isMine: boolean): string {
    if (isMine) return words.on
    return this.view.armed === undefined ? words.off : words.onForOther
  }

  private choice(): TemplateResult {
    return html`<fieldset class="choices">
      <legend>${words.content}</legend>
      ${choices.map(
        (each) =>
          html`<label class="choice">
            <input
              type="radio"
              name="alert-content"
              .value=${each}
              .checked=${this.content === each}
              @change=${() => (this.content = each)}
            />
            <span>${words.contents[each]}<span class="small soft">${words.contentHelp[each]}</span></span>
          </label>`,
      )}
    </fieldset>`
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const view of this.sentinel.views({ signal })) {
      if (view.armed !== undefined && view.armed.deviceId !== this.view.armed?.deviceId)
        this.content = view.armed.content
      this.view = view
    }
  }

  private async arm(): Promise<void> {
    await this.act(words.armed, async (signal) => await this.sentinel.arm({ content: this.content, signal }))
  }

  private async disarm(): Promise<void> {
    await this.act(words.disarmed, async (signal) => await this.sentinel.disarm({ signal }))
  }

  private async act(done: string, action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.isBusy) return
    const signal = this.present
    this.isBusy = true
    this.error = undefined
    try {
      await action(signal)
      announce(this, done)
    } catch (error) {
      if (!signal.aborted) this.error = error
    } finally {
      this.isBusy = false
    }
  }
}
