import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { AccountService } from "../account/account-service.ts"
import { alertStrings as words } from "../alert-strings.ts"
import type { AlertsOverview, AlertsService, ArmedBrowser, InboxAttempts, InboxItem } from "../alerts/alerts-service.ts"
import { announce } from "../page-events.ts"
import "../parts/alert-channels.ts"
import { alertDays } from "../parts/alert-days.ts"
import { muteNotice } from "../parts/alert-rules.ts"
import { buttonWords } from "../parts/button-words.ts"
import { deliveryLog } from "../parts/delivery-log.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { calendarDay, dayAndTime } from "../parts/figures.ts"
import "../parts/password-dialog.ts"
import type { PasswordDialog, UsePassword } from "../parts/password-dialog.ts"
import { submitOnEnter } from "../parts/submit-on-enter.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

interface Loaded {
  readonly overview: AlertsOverview
  readonly items: readonly InboxItem[]
  readonly attempts: readonly InboxAttempts[]
  readonly armed: readonly ArmedBrowser[]
}

/** What happened, when and where its owner is told, and what was sent. */
@customElement("darkslide-alerts-page")
export class AlertsPage extends Page {
  @property({ attribute: false }) account!: AccountService
  @property({ attribute: false }) alerts!: AlertsService
  @state() private loaded: Loaded | undefined
  @state() private shown: { readonly url: string; readonly heading: string } | undefined
  @state() private error: unknown
  @state() private actionError: unknown

  override connectedCallback(): void {
    super.connectedCallback()
    void this.load()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.forgetPhoto()
  }

  protected override render(): TemplateResult {
    return html`<div class="page-head">
        <h1 tabindex="-1">${words.heading}</h1>
        <p class="lead">${words.lead}</p>
      </div>
      ${this.error === undefined ? this.sections() : errorNotice(this.error, () => void this.load())}
      ${this.photoDialog()}
      <darkslide-password-dialog
        heading=${words.stepUpTitle}
        text=${words.stepUp}
        button=${words.goOn}
        .use=${this.prove}
      ></darkslide-password-dialog>`
  }

  private sections(): TemplateResult {
    const { loaded } = this
    if (loaded === undefined)
      return html`<p class="row soft" role="status"><wa-spinner></wa-spinner>${words.loading}</p>`
    const { overview, armed } = loaded
    return html`${muteNotice(overview.mutes)}
      <div class="sheet alerts-sheet">
        <section aria-labelledby="happened">
          <h2 id="happened">${words.happened}</h2>
          <div class="stack">${this.happened(loaded)}</div>
        </section>
        <section aria-labelledby="rules">
          <h2 id="rules">${words.rules}</h2>
          <darkslide-alert-rules
            .alerts=${this.alerts}
            .mutes=${overview.mutes}
            .changed=${this.reload}
          ></darkslide-alert-rules>
        </section>
        <section aria-labelledby="channels">
          <h2 id="channels">${words.channels}</h2>
          <div class="stack">
            ${
              overview.mail === "files"
                ? html`<div class="notice warm">
                    <wa-icon name="warning"></wa-icon>
                    <p>${words.mailFiles}</p>
                  </div>`
                : nothing
            }
            <darkslide-alert-channels
              .alerts=${this.alerts}
              .targets=${overview.targets}
              .proving=${this.proving}
              .changed=${this.reload}
            ></darkslide-alert-channels>
          </div>
        </section>
        <section aria-labelledby="quiet">
          <h2 id="quiet">${words.quiet}</h2>
          ${this.quietForm(overview)}
        </section>
        <section aria-labelledby="armed">
          <h2 id="armed">${words.armed}</h2>
          <div class="stack">${this.armedList(armed)}</div>
        </section>
        <section aria-labelledby="log">
          <h2 id="log">${words.log}</h2>
          ${deliveryLog(overview.log)}
        </section>
      </div>`
  }

  private happened({ overview, items, attempts }: Loaded): TemplateResult {
    return html`${this.actionError === undefined ? nothing : errorNotice(this.actionError)}
    ${alertDays({
      alerts: this.alerts,
      items,
      attempts,
      facts: overview.alerts,
      now: Date.now(),
      view: (captureId) => void this.view(captureId),
      remove: (captureId) => void this.deletePhoto(captureId),
      acknowledge: (id) => void this.acknowledge(id),
    })}
    ${items.length === 0 ? nothing : html`<p class="small soft">${words.forgeable}</p>`}`
  }

  private quietForm({ quietHours }: AlertsOverview): TemplateResult {
    const zone = quietHours?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
    return html`<form class="quiet-form" data-zone=${zone} @submit=${this.saveQuietHours} @keydown=${submitOnEnter}>
      <div class="field">
        <label for="quiet-from">${words.quietFrom}</label>
        <input id="quiet-from" name="from" type="time" required .value=${quietHours?.from ?? "22:00"} />
      </div>
      <div class="field">
        <label for="quiet-to">${words.quietTo}</label>
        <input id="quiet-to" name="to" type="time" required .value=${quietHours?.to ?? "07:00"} />
      </div>
      <wa-button type="submit" appearance="outlined">${words.quietSave}</wa-button>
      ${
        quietHours === null
          ? nothing
          : html`<wa-button appearance="plain" @click=${this.endQuietHours}>${words.quietNone}</wa-button>`
      }
      <p class="small soft">${words.quietHelp(zone)}</p>
    </form>`
  }

  private armedList(armed: readonly ArmedBrowser[]): TemplateResult {
    if (armed.length === 0)
      return html`<p class="soft">${words.noArmed} <a href="/settings">${strings.nav.settings}</a></p>`
    return html`<ul class="channels">
      ${armed.map(
        ({ deviceId, deviceName, armedAt, content }) =>
          html`<li>
            <div class="channel-words">
              <strong>${deviceName}</strong>
              <span class="small soft">${words.armedOn(calendarDay(armedAt))} · ${words.arm.contents[content]}</span>
            </div>
            <wa-button size="s" appearance="outlined" @click=${() => this.disarm(deviceId)}>
              ${buttonWords(words.disarm, words.disarmOf(deviceName))}
            </wa-button>
          </li>`,
      )}
    </ul>`
  }

  private photoDialog(): TemplateResult {
    return html`<wa-dialog
      id="photo"
      label=${this.shown?.heading ?? ""}
      light-dismiss
      @wa-after-hide=${this.forgetPhoto}
    >
      ${this.shown === undefined ? nothing : html`<img src=${this.shown.url} alt=${this.shown.heading} />`}
      <wa-button slot="footer" appearance="outlined" data-dialog="close">${words.close}</wa-button>
    </wa-dialog>`
  }

  private readonly reload = async (): Promise<void> => await this.load()

  private async load(): Promise<void> {
    const signal = this.present
    this.error = undefined
    try {
      const overview = await this.alerts.overview({ signal })
      const { items, attempts } = await this.alerts.inbox({ signal })
      const armed = await this.alerts.armed({ signal })
      if (signal.aborted) return
      this.loaded = { overview, items, attempts, armed }
      const unseen = items.filter(({ isReviewed }) => !isReviewed).map(({ captureId }) => captureId)
      if (unseen.length > 0) await this.alerts.review(unseen, { signal })
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  private async view(captureId: string): Promise<void> {
    await this.act(async (signal) => {
      const item = this.loaded?.items.find((each) => each.captureId === captureId)
      const blob = await this.alerts.photo(captureId, { signal })
      if (item?.refused !== undefined || item === undefined) return
      this.forgetPhoto()
      this.shown = { url: URL.createObjectURL(blob), heading: words.photoAt(dayAndTime(item.createdAt)) }
      this.open("#photo")
    })
  }

  private async deletePhoto(captureId: string): Promise<void> {
    await this.act(async (signal) => {
      await this.alerts.delete(captureId, { signal })
      announce(this, words.deleted)
      await this.load()
    })
  }

  private async acknowledge(id: string): Promise<void> {
    await this.act(async (signal) => {
      await this.alerts.acknowledge(id, { signal })
      announce(this, words.acknowledged)
      await this.load()
    })
  }

  private async disarm(deviceId: string): Promise<void> {
    await this.act(async (signal) => {
      await this.alerts.disarm(deviceId, { signal })
      announce(this, words.disarmed)
      await this.load()
    })
  }

  private async saveQuietHours(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    const hours = {
      from: String(fields.get("from")),
      to: String(fields.get("to")),
      zone: form.dataset["zone"] ?? "UTC",
    }
    await this.act(async (signal) => {
      await this.alerts.setQuietHours(hours, { signal })
      announce(this, words.quietSaved)
      await this.load()
    })
  }

  private async endQuietHours(): Promise<void> {
    await this.act(async (signal) => {
      await this.alerts.setQuietHours(undefined, { signal })
      announce(this, words.quietSaved)
      await this.load()
    })
  }

  private async act(action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = this.present
    this.actionError = undefined
    try {
      await action(signal)
    } catch (error) {
      if (!signal.aborted) this.actionError = error
    }
  }

  /** Does it; where the server wants a fresher proof, asks for the password and does it again. */
  private readonly proving = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action()
    } catch (error) {
      if (!isDarkslideError(error, "STEP_UP_NEEDED")) throw error
      const isProved = await this.querySelector<PasswordDialog>("darkslide-password-dialog")?.ask()
      if (isProved !== true) throw new DOMException("Not proved", "AbortError")
      await action()
    }
  }

  private readonly prove: UsePassword = async (password, { onStep }) => await this.account.unlock(password, { onStep })

  private open(id: string): void {
    const dialog = this.querySelector<WaDialog>(id)
    if (dialog !== null) dialog.open = true
  }

  private readonly forgetPhoto = (): void => {
    if (this.shown !== undefined) URL.revokeObjectURL(this.shown.url)
    this.shown = undefined
  }
}
