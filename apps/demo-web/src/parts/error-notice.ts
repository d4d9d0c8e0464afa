import { html, nothing, type TemplateResult } from "lit"
import { wordsForError } from "../error-words.ts"
import { strings } from "../strings.ts"

/** An error in words, read out at once, with a way to try again where that can help. */
export function errorNotice(error: unknown, retry?: () => void): TemplateResult {
  const { what, todo } = wordsForError(error)
  return html`<div class="notice danger" role="alert">
    <wa-icon name="warning"></wa-icon>
    <div class="notice-body">
      <div><strong>${what}</strong> ${todo}</div>
      ${retry === undefined ? nothing : html`<wa-button appearance="outlined" @click=${retry}>${strings.tryAgain}</wa-button>`}
    </div>
  </div>`
}
