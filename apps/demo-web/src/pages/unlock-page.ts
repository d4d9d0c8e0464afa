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

/** Stands in for every page while the session is known but the keys are not. */
@customElement("darkslide-unlock")
export class UnlockPage extends Page {
  @property({ attribute: false }) account!: AccountService
  @property({ attribute: false }) sentinel!: SentinelService
  @property() handle = ""
  @state() private step: AccountStep | undefined
  @state() private error: unknown

  protected override render(): TemplateResult {
    const { heading, lead, button, takeLocked, takeLockedHelp, signOut } = strings.unlock
    return door(html`
      <div class="stack">
        <h1 tabindex="-1">${heading}</h1>
        <p class="lead">${lead(this.handle)}</p>
      </div>
      <form @submit=${this.submit} @keydown=${submitOnEnter} novalidate>
        <input name="username" autocomplete="username" .value=${this.handle} readonly hidden />
        <div class="field">
          <label for="password">${strings.fields.password}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
        </div>
        ${this.error === undefined ? nothing : errorNotice(this.error)}
        <darkslide-armed-line .sentinel=${this.sentinel}></darkslide-armed-line>
        <div class="form-actions stack">
          <wa-button type="submit" variant="brand" ?loading=${this.step !== undefined}>
            <wa-icon slot="start" name="lock"></wa-icon>${button}
          </wa-button>
          <div class="locked-camera">
            <wa-button appearance="outlined" href="/camera/locked">
              <wa-icon slot="start" name="camera"></wa-icon>${takeLocked}
            </wa-button>
            <p class="small soft">${takeLockedHelp}</p>
          </div>
          <wa-button appearance="plain" @click=${this.leave}>${signOut}</wa-button>
        </div>
        ${busyStep(this.step)}
      </form>
    `)
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.step !== undefined) return
    const form = new FormData(event.currentTarget as HTMLFormElement)
    this.step = "asking"
    this.error = undefined
    try {
      await this.account.unlock(String(form.get("password")), { onStep: (step) => (this.step = step) })
    } catch (error) {
      if (this.present.aborted) return
      this.error = error
      this.querySelector<HTMLInputElement>("#password")?.select()
    } finally {
      this.step = undefined
    }
  }

  private async leave(): Promise<void> {
    try {
      await this.account.signOut({ signal: this.present })
    } catch (error) {
      if (!this.present.aborted) this.error = error
    }
  }
}
