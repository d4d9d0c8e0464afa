import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { AccountService, AccountStatus } from "../account/account-service.ts"
import type { SentinelService } from "../sentinel/sentinel-service.ts"
import "../parts/arm-browser.ts"
import { announce } from "../page-events.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { dayAndTime } from "../parts/figures.ts"
import "../parts/password-dialog.ts"
import type { PasswordDialog, UsePassword } from "../parts/password-dialog.ts"
import { saveFile } from "../parts/save-file.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const words = strings.settings

@customElement("darkslide-settings-page")
export class SettingsPage extends Page {
  @property({ attribute: false }) account!: AccountService
  @property({ attribute: false }) sentinel!: SentinelService
  @property({ attribute: false }) status!: Extract<AccountStatus, { status: "unlocked" }>
  @state() private error: unknown
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
    return html`<darkslide-password-dialog
      heading=${words.exportTitle}
      text=${words.exportText}
      button=${words.export}
      handle=${this.status.handle}
      .use=${this.exportKey}
    ></darkslide-password-dialog>`
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
    void this.querySelector<PasswordDialog>("darkslide-password-dialog")?.ask()
  }

  private readonly exportKey: UsePassword = async (password, options) => {
    const file = await this.account.exportKey(password, options)
    saveFile(file, `darkslide-${this.status.handle}-key.txt`)
    announce(this, words.exported)
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
