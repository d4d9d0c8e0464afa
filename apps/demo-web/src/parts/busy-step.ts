import { html, type TemplateResult } from "lit"
import type { AccountStep } from "../account/account-service.ts"
import { strings } from "../strings.ts"

/** What an account operation is doing just now, read out politely. Keeps its height when idle. */
export function busyStep(step: AccountStep | undefined): TemplateResult {
  return html`<p class="busy-step" role="status">${step === undefined ? "" : strings.steps[step]}</p>`
}
