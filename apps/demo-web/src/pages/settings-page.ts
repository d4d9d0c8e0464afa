import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { AccountService, AccountStatus, AccountStep } from "../account/account-service.ts"
import type { SentinelService } from "../sentinel/sentinel-service.ts"
import "../parts/arm-browser.ts"
import { announce } from "../page-events.ts"
import { busyStep } from "../parts/busy-step.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { dayAndTime } from "../parts/figures.ts"
import { saveFile } from "../parts/save-file.ts"
import { submitOnEnter } from "../parts/submit-on-enter.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const words = strings.settings

@customElement("darkslide-settings-page")
export class SettingsPage extends Page {
  @property({ attribute: false }) account!: AccountService
  @property({ attribute: false }) sentinel!: SentinelService
  @property({ attribute: false }) status!: Extract<AccountStatus, { status: "unlocked" }>
  @state() private error: unknown
  @state() private exportError: unknown
  @state() private step: AccountStep | undefined
  @state() private said = ""

  protected override render(): TemplateResult {
    return html`<div class="page-head"><h1 tabindex="-1">${words.heading}</h1></div>
      <div class="sheet">
        ${this.accountSection()} ${this.keySection()}
        <darkslide-arm-browser .sentinel=${this.sentinel} accountId=${this.status.accountId}></darkslide-arm-browser>
        <section>
          <h2>${words.server}</h2>
          <div class="stack">
            <p class="lead">${words.serverHelp}</p>
            <a href="/what-the-server-sees">${words.server}</a>
          </div>
        </section>
        <section>
          <h2>${words.session}</h2>
          <div class="stack">
            <p class="lead">${words.sessionHelp}</p>
            ${this.error === undefined ? nothing : errorNotice(this.error)}
            <wa-button appearance="outlined" @click=${this.signOut}>
              <wa-icon slot="start" name="sign-out"></wa-icon>${words.signOut}
            </wa-button>
          </div>
        </section>
      </div>
      ${this.exportDialog()}`
  }

  private accountSection(): TemplateResult {
    const { handle, accountId, stateNumber, stateAt } = this.status
    return html`<section>
      <h2>${words.account}</h2>
      <dl>
        <div>
          <dt>${words.handle}</dt>
          <dd>${handle}</dd>
        </div>
        <div>
          <dt>${words.accountId}</dt>
          <dd class="key-value">
            <span class="visually-hidden">${accountId}</span>
            <span class="account-id exact" aria-hidden="true"
              >${inGroups(accountId).map((group) => html`<span>${group}</span>`)}</span
            >
            <wa-button size="s" appearance="outlined" @click=${this.copyId}>
              <wa-icon slot="start" name="copy"></wa-icon>${words.copy}
            </wa-button>
            <span class="small soft">${this.said}</span>
          </dd>
          <dd class="small soft">${words.accountIdHelp}</dd>
        </div>
        <div>
          <dt>${words.state}</dt>
          <dd>${words.stateOf(stateNumber, dayAndTime(stateAt))}</dd>
          <dd class="small soft">${words.stateHelp}</dd>
        </div>
      </dl>
    </section>`
  }

  private keySection(): TemplateResult {
    return html`<section>
      <h2>${words.key}</h2>
      <div class="stack">
        <p class="lead">${words.keyHelp}</p>
        <wa-button appearance="outlined" @click=${this.askToExport}>
          <wa-icon slot="start" name="key"></wa-icon>${words.exportKey}
        </wa-button>
      </div>
    </section>`
  }

  private exportDialog(): TemplateResult {
    return html`<wa-dialog label=${words.exportTitle} @wa-after-hide=${this.forgetPassword}>
      <form id="export" class="stack" @submit=${this.exportKey} @keydown=${submitOnEnter} novalidate>
        <p>${words.exportText}</p>
        <input name="username" autocomplete="username" .value=${this.status.handle} readonly hidden />
        <div class="field">
          <label for="export-password">${strings.fields.password}</label>
          <input
            id="export-password"
            name="password"
            type="password"
            autocomplete="current-password"
            autofocus
            required
          />
        </div>
        ${this.exportError === undefined ? nothing : errorNotice(this.exportError)} ${busyStep(this.step)}
      </form>
      <wa-button slot="footer" appearance="outlined" data-dialog="close">${strings.cancel}</wa-button>
      <wa-button slot="footer" variant="brand" ?loading=${this.step !== undefined} @click=${this.submitExport}>
        ${words.export}
      </wa-button>
    </wa-dialog>`
  }

  private get dialog(): WaDialog | null {
    return this.querySelector("wa-dialog")
  }

  private async copyId(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.status.accountId)
      this.said = words.copied
      announce(this, words.copied)
    } catch {
      this.said = words.copyRefused
      announce(this, words.copyRefused)
    }
  }

  private askToExport(): void {
    if (this.dialog !== null) this.dialog.open = true
  }

  private submitExport(): void {
    this.querySelector<HTMLFormElement>("#export")?.requestSubmit()
  }

  private forgetPassword(event: Event): void {
    if (event.target !== this.dialog) return
    this.querySelector<HTMLFormElement>("#export")?.reset()
    this.exportError = undefined
  }

  private async exportKey(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.step !== undefined) return
    const password = String(new FormData(event.currentTarget as HTMLFormElement).get("password"))
    const signal = this.present
    this.step = "asking"
    this.exportError = undefined
    try {
      const file = await this.account.exportKey(password, { signal, onStep: (step) => (this.step = step) })
      saveFile(file, `darkslide-${this.status.handle}-key.txt`)
      announce(this, words.exported)
      if (this.dialog !== null) this.dialog.open = false
    } catch (error) {
      if (!signal.aborted) this.exportError = error
    } finally {
      this.step = undefined
    }
  }

  private async signOut(): Promise<void> {
    this.error = undefined
    try {
      await this.account.signOut()
    } catch (error) {
      if (!this.present.aborted) this.error = error
    }
  }
}

/** 26 characters in groups that an eye can hold: 5 5 5 5 6. */
function inGroups(accountId: string): readonly string[] {
  return accountId.match(/.{6}$|.{1,5}/g) ?? []
}
