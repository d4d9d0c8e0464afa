import { html, nothing, type TemplateResult } from "lit"
import { wordsForError } from "../error-words.ts"
import { strings } from "../strings.ts"

/** An error in words, read out at once, with a way to try again where that can help. */
export function errorNotice(error: unknown, retry?: () => void): TemplateResult {
  const { code, what, todo } = wordsForError(error)
  const remedy = code === "NOT_SIGNED_IN" ? signInAgain : retry
  return html`<div class="notice danger" role="alert">
    <wa-icon name="warning"></wa-icon>
    <div class="notice-body">
      <div><strong>${what}</strong> ${todo}</div>
      ${
        remedy === undefined
          ? nothing
          : html`<wa-button appearance="outlined" @click=${remedy}>
              ${remedy === signInAgain ? strings.signInAgain : strings.tryAgain}
            </wa-button>`
      }
    </div>
  </div>`
}

/** A page loaded anew asks the server who is signed in, and shows Sign in when nobody is. */
function signInAgain(): void {
  location.reload()
}
