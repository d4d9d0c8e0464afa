import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { alertStrings as words } from "../alert-strings.ts"
import { alertKinds, type AlertKind, type AlertMute, type AlertsService } from "../alerts/alerts-service.ts"
import { PageElement } from "../page-element.ts"
import { announce } from "../page-events.ts"
import { buttonWords } from "./button-words.ts"
import { errorNotice } from "./error-notice.ts"
import { dayAndTime } from "./figures.ts"
import { optionSelect } from "./option-select.ts"

const lengths = ["hour", "tomorrow", "open"] as const
type Length = (typeof lengths)[number]
const morning = 8

/** When its owner is told: each rule in words, whether it is muted, and how to mute it. */
@customElement("darkslide-alert-rules")
export class AlertRules extends PageElement {
  @property({ attribute: false }) alerts!: Pick<AlertsService, "mute" | "endMute">
  @property({ attribute: false }) mutes: readonly AlertMute[] = []
  @property({ attribute: false }) changed!: () => Promise<void>
  @state() private kind: AlertKind | "everything" = "everything"
  @state() private length: Length = "hour"
  @state() private isBusy = false
  @state() private error: unknown

  protected override render(): TemplateResult {
    return html`<ul class="channels">
        ${alertKinds.map((kind) => html`<li>${this.rule(kind)}</li>`)}
      </ul>
      ${this.form()} ${this.error === undefined ? nothing : errorNotice(this.error)}`
  }

  private form(): TemplateResult {
    return html`<div class="mute-form" role="group" aria-label=${words.mute}>
      ${optionSelect<AlertKind | "everything">({
        id: "mute-kind",
        label: words.muteWhat,
        value: this.kind,
        options: (["everything", ...alertKinds] as const).map((kind) => [kind, words.muteKinds[kind]] as const),
        choose: (kind) => (this.kind = kind),
      })}
      ${optionSelect<Length>({
        id: "mute-length",
        label: words.muteFor,
        value: this.length,
        options: lengths.map((length) => [length, words.muteLengths[length]] as const),
        choose: (length) => (this.length = length),
      })}
      <wa-button appearance="outlined" ?loading=${this.isBusy} @click=${this.mute}>${words.mute}</wa-button>
      <p class="small soft">${words.muteHelp}</p>
    </div>`
  }

  private rule(kind: AlertKind): TemplateResult {
    const [when, what] = words.ruleWords[kind]
    const mute = this.mutes.find((each) => each.kind === kind)
    return html`<div class="channel-words">
        <strong>${when}</strong>
        <span class="soft">${what}</span>
        ${
          mute === undefined
            ? nothing
            : html`<span class="small muted-until">
                <wa-icon name="bell-off"></wa-icon>${words.mutedUntil(endInWords(mute))}
                ${words.mutedEvents(mute.events)}
              </span>`
        }
      </div>
      ${
        mute === undefined
          ? nothing
          : html`<wa-button size="s" appearance="outlined" ?disabled=${this.isBusy} @click=${() => this.endMute(kind)}>
              ${buttonWords(words.endMute, words.endMuteOf(words.muteKinds[kind]))}
            </wa-button>`
      }`
  }

  private async mute(): Promise<void> {
    const { kind, length } = this
    await this.act(words.muted, async (signal) => await this.alerts.mute(kind, endOf(length), { signal }))
  }

  private async endMute(kind: AlertKind): Promise<void> {
    await this.act(words.unmuted, async (signal) => await this.alerts.endMute(kind, { signal }))
  }

  private async act(done: string, action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.isBusy) return
    const signal = this.present
    this.isBusy = true
    this.error = undefined
    try {
      await action(signal)
      announce(this, done)
      await this.changed()
    } catch (error) {
      if (!signal.aborted) this.error = error
    } finally {
      this.isBusy = false
    }
  }
}

/** Says first of all that something is muted: nobody remembers for a week. */
export function muteNotice(mutes: readonly AlertMute[]): TemplateResult | typeof nothing {
  const [first] = mutes
  if (first === undefined) return nothing
  const isEverything = mutes.length === alertKinds.length && mutes.every(({ until }) => until === first.until)
  const what = isEverything
    ? words.mutedEverything(endInWords(first))
    : words.mutedKinds(mutes.map(({ kind }) => words.muteKinds[kind]))
  return html`<div class="notice warm mute-notice">
    <wa-icon name="bell-off"></wa-icon>
    <p><strong>${what}</strong> <a href="#rules">${words.muteSee}</a></p>
  </div>`
}

/** In the browser's zone; null: until its owner says so. */
function endOf(length: Length): number | null {
  if (length === "open") return null
  const end = new Date()
  if (length === "hour") return end.getTime() + 3_600_000
  end.setDate(end.getDate() + 1)
  return end.setHours(morning, 0, 0, 0)
}

function endInWords({ until }: AlertMute): string | undefined {
  return until === null ? undefined : dayAndTime(until)
}
