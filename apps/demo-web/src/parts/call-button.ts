import { html, type TemplateResult } from "lit"

interface CallButton {
  readonly icon: string
  readonly text: string
  readonly press: () => void
  /** `off`: what it stands for is off. `end`: it leads out. */
  readonly tone?: "on" | "off" | "end"
}

/** A button of a call: a sign with its words below. */
export function callButton({ icon, text, press, tone = "on" }: CallButton): TemplateResult {
  return html`<button type="button" class="call-button" data-tone=${tone} @click=${press}>
    <wa-icon name=${icon}></wa-icon><span>${text}</span>
  </button>`
}
