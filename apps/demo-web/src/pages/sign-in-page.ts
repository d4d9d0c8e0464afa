import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { AccountService, AccountStep } from "../account/account-service.ts"
import type { SentinelService } from "../sentinel/sentinel-service.ts"
import "../parts/armed-line.ts"
import { busyStep } from "../parts/busy-step.ts"
import { door } from "../parts/door.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { submitOnEnter } from "../parts/submit-on-enter.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

@customElement("darkslide-sign-in")
export class SignInPage extends Page {
  @property({ attribute: false }) account!: AccountService
  @property({ attribute: false }) sentinel!: SentinelService
  @state() private step: AccountStep | undefined
  @state() private error: unknown

  protected override render(): TemplateResult {
    const { heading, button, noAccount, createLink, joinLink } = strings.signIn
    return door(html`
      <h1 tabindex="-1">${heading}</h1>
      <form @submit=${this.submit} @keydown=${submitOnEnter} novalidate>
        <div class="field">
          <label for="handle">${strings.fields.handle}</label>
          <input id="handle" name="handle" autocomplete="username" autocapitalize="none" spellcheck="false" required />
        </div>
        <div class="field">
          <label for="password">${strings.fields.password}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
        </div>
        ${this.error === undefined ? nothing : errorNotice(this.error)}
        <darkslide-armed-line .sentinel=${this.sentinel}></darkslide-armed-line>
        <div class="form-actions">
          <wa-button type="submit" variant="brand" ?loading=${this.step !== undefined}>${button}</wa-button>
        </div>
        ${busyStep(this.step)}
      </form>
      <p class="switch">${noAccount} <a href="/create-account">${createLink}</a></p>
      <p class="switch"><a href="/rooms">${joinLink}</a></p>
    `)
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.step !== undefined) return
    const form = new FormData(event.currentTarget as HTMLFormElement)
    this.step = "asking"
    this.error = undefined
    try {
      await this.account.signIn(
        { handle: String(form.get("handle")).trim(), password: String(form.get("password")) },
        { onStep: (step) => (this.step = step) },
      )
    } catch (error) {
      if (this.present.aborted) return
      this.error = error
      this.querySelector<HTMLInputElement>("#password")?.select()
    } finally {
      this.step = undefined
    }
  }
}
