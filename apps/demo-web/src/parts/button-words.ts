import { html, type TemplateResult } from "lit"

/** What stands on a button of a list, and what a screen reader says: which one of them it is. */
export function buttonWords(shown: string, said: string): TemplateResult {
  return html`<span aria-hidden="true">${shown}</span><span class="visually-hidden">${said}</span>`
}
