import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { alertStrings } from "../alert-strings.ts"
import type { SentinelService } from "../sentinel/sentinel-service.ts"
import { PageElement } from "../page-element.ts"

/** Says on the sign-in form that this browser is armed. */
@customElement("darkslide-armed-line")
export class ArmedLine extends PageElement {
  @property({ attribute: false }) sentinel!: SentinelService
  @state() private isArmed = false

  override connectedCallback(): void {
    super.connectedCallback()
    void this.follow(this.present)
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.isArmed) return nothing
    return html`<p class="armed-line small"><wa-icon name="camera"></wa-icon>${alertStrings.loginLine}</p>`
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const { armed } of this.sentinel.views({ signal })) this.isArmed = armed !== undefined
  }
}
