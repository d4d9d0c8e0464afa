import { html, LitElement, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { alertStrings } from "../alert-strings.ts"
import type { SentinelService } from "../sentinel/sentinel-service.ts"

/** Says on the sign-in form that this browser is armed. */
@customElement("darkslide-armed-line")
export class ArmedLine extends LitElement {
  @property({ attribute: false }) sentinel!: SentinelService
  @state() private isArmed = false
  private present = new AbortController()

  override connectedCallback(): void {
    super.connectedCallback()
    this.present = new AbortController()
    void this.follow(this.present.signal)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.present.abort()
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.isArmed) return nothing
    return html`<p class="armed-line small"><wa-icon name="camera"></wa-icon>${alertStrings.loginLine}</p>`
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const { armed } of this.sentinel.views({ signal })) this.isArmed = armed !== undefined
  }
}
