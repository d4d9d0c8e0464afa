import { isDarkslideError } from "@darkslide/crypto/errors"
import { html, nothing, type TemplateResult } from "lit"
import { ref } from "lit/directives/ref.js"
import { recoveryElement } from "../recovery-element.ts"
import { icon } from "./icons.ts"
import { wordsForError, type CameraWords } from "./words.ts"

/** What the person can do in the failed state. */
export interface WaysOn {
  retry(): void
  choose(file: File): void
}

/** An error in words, and each way on that fits it. */
export function failedView(error: unknown, words: CameraWords, ways: WaysOn): TemplateResult {
  const { what, todo } = wordsForError(error, words)
  const is = (...codes: readonly string[]): boolean => isDarkslideError(error) && codes.includes(error.code)
  const offered = is("CAPTURE_DENIED") ? browsersOwnElement(ways) : undefined
  const isHopeless = is("CAPTURE_INSECURE", "CAPTURE_POLICY_BLOCKED", "CAPTURE_UNSUPPORTED")
  return html`<div part="message" class="message" role="alert">
    ${icon("warning")}
    <p><strong>${what}</strong> <span class="soft">${todo}</span></p>
    <div class="ways">
      ${offered ?? nothing}
      ${
        isHopeless
          ? nothing
          : html`<button
              type="button"
              part="button retry"
              class="button ${offered ? "" : "primary"}"
              @click=${() => ways.retry()}
            >
              ${words.tryAgain}
            </button>`
      }
      ${is("CAPTURE_INSECURE") ? link(securely(location.href), "_self", words.openSecurely) : nothing}
      ${is("CAPTURE_POLICY_BLOCKED") && window !== top ? link(location.href, "_blank", words.openInTab) : nothing}
      ${is("CAPTURE_BUSY", "CAPTURE_ENDED", "CAPTURE_DISMISSED") ? nothing : filePicker(words, ways)}
    </div>
  </div>`
}

/** A press on it asks again even after a no. It may come granted or not: opening finds out. */
function browsersOwnElement(ways: WaysOn): TemplateResult | undefined {
  const name = recoveryElement()
  if (name === undefined) return undefined
  return html`<div
    part="recovery"
    class="recovery"
    ${ref((holder) => {
      if (holder === undefined || holder.childElementCount > 0) return
      const element = document.createElement(name) as HTMLElement & { setConstraints?: (video: object) => void }
      element.setConstraints?.({ video: true })
      for (const event of ["promptaction", "track", "stream"]) element.addEventListener(event, () => ways.retry())
      holder.append(element)
    })}
  ></div>`
}

function link(href: string, target: string, label: string): TemplateResult {
  return html`<a part="button" class="button primary" href=${href} target=${target} rel="noopener">${label}</a>`
}

function filePicker(words: CameraWords, ways: WaysOn): TemplateResult {
  return html`<label part="button" class="button">
    <input
      type="file"
      accept="image/*"
      capture="environment"
      @change=${(event: Event) => {
        const input = event.currentTarget as HTMLInputElement
        const [file] = input.files ?? []
        if (file) ways.choose(file)
        input.value = ""
      }}
    />${words.choosePicture}
  </label>`
}

function securely(address: string): string {
  return address.replace(/^http:/, "https:")
}
