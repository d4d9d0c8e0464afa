import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { alertStrings as words } from "../alert-strings.ts"
import type { AlertsService, AlertTarget, TargetChannel } from "../alerts/alerts-service.ts"
import { announce } from "../page-events.ts"
import { buttonWords } from "./button-words.ts"
import { errorNotice } from "./error-notice.ts"
import { dayAndTime } from "./figures.ts"
import { optionSelect } from "./option-select.ts"
import { submitOnEnter } from "./submit-on-enter.ts"
import { PageElement } from "../page-element.ts"

const typed = ["mail", "webhook", "ntfy"] as const satisfies readonly TargetChannel[]

/** The channels of an account: their state, a test for each, and one more. */
@customElement("darkslide-alert-channels")
export class AlertChannels extends PageElement {
  @property({ attribute: false }) alerts!: AlertsService
  @property({ attribute: false }) targets: readonly AlertTarget[] = []
  /** Does something that may want the password first. */
  @property({ attribute: false }) proving!: (action: () => Promise<void>) => Promise<void>
  @property({ attribute: false }) changed!: () => Promise<void>
  @state() private channel: (typeof typed)[number] = "mail"
  @state() private said: Readonly<Record<string, string>> = {}
  @state() private secret: string | undefined
  @state() private busy: string | undefined
  @state() private error: unknown

  protected override render(): TemplateResult {
    return html`${
        this.targets.length === 0
          ? html`<p class="soft">${words.noChannels}</p>`
          : html`<ul class="channels">
              ${this.targets.map((target) => html`<li>${this.target(target)}</li>`)}
            </ul>`
      }
      ${
        this.secret === undefined
          ? nothing
          : html`<div class="notice warm" role="status">
              <wa-icon name="key"></wa-icon>
              <div>${words.secret} <code class="exact">${this.secret}</code></div>
            </div>`
      }
      <form class="channel-form" @submit=${this.add} @keydown=${submitOnEnter} novalidate>
        ${optionSelect({
          id: "alert-channel",
          label: words.channel,
          value: this.channel,
          options: typed.map((name) => [name, words.channelNames[name]] as const),
          choose: (channel) => this.choose(channel),
        })}
        <div class="field">
          <label for="alert-destination">${words.destination[this.channel]}</label>
          <input
            id="alert-destination"
            name="destination"
            type=${this.channel === "mail" ? "email" : "url"}
            autocomplete=${this.channel === "mail" ? "email" : "off"}
            aria-describedby="alert-learns"
            required
          />
        </div>
        <wa-button type="submit" variant="brand" ?loading=${this.busy === "add"}>${words.add}</wa-button>
        <p class="small soft" id="alert-learns">${words.learns[this.channel]}</p>
      </form>
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <div class="row">
        <wa-button appearance="outlined" ?loading=${this.busy === "push"} @click=${this.pushHere}>
          <wa-icon slot="start" name="alerts"></wa-icon>${words.pushHere}
        </wa-button>
        <span class="small soft">${words.learns.push}</span>
      </div>`
  }

  private target(target: AlertTarget): TemplateResult {
    const { id, channel, destination, health } = target
    const name = `${words.channelNames[channel]}, ${destination}`
    const state = words.healthWords[health.state]
    return html`<div class="channel-words">
        <strong>${words.channelNames[channel]}</strong>
        <span class="exact">${destination}</span>
        <span class="small channel-health" data-state=${health.state}>
          ${health.at === undefined ? state : words.healthSince(state, dayAndTime(health.at))}
        </span>
        <span class="small" role="status">${this.said[id] ?? ""}</span>
      </div>
      <div class="row">
        <wa-button size="s" appearance="outlined" ?loading=${this.busy === id} @click=${() => this.test(id)}>
          ${buttonWords(words.test, words.testOf(name))}
        </wa-button>
        <wa-button size="s" appearance="plain" @click=${() => this.removeTarget(id)}>
          ${buttonWords(words.remove, words.removeOf(name))}
        </wa-button>
      </div>`
  }

  private choose(channel: (typeof typed)[number]): void {
    this.channel = channel
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const destination = String(new FormData(form).get("destination")).trim()
    const { channel } = this
    await this.act("add", async () => {
      await this.proving(async () => {
        this.secret = await this.alerts.addTarget({ channel, destination })
      })
      form.reset()
      announce(this, words.added)
      await this.changed()
    })
  }

  private async pushHere(): Promise<void> {
    await this.act("push", async () => {
      await this.proving(async () => await this.alerts.subscribe())
      announce(this, words.pushAdded)
      await this.changed()
    })
  }

  private async test(id: string): Promise<void> {
    this.say(id, words.testing)
    await this.act(id, async () => {
      const code = await this.alerts.testTarget(id)
      this.say(id, code === undefined ? words.tested : words.testFailed(code))
    })
  }

  private async removeTarget(id: string): Promise<void> {
    await this.act(id, async () => {
      await this.alerts.removeTarget(id)
      announce(this, words.removed)
      await this.changed()
    })
  }

  private say(id: string, text: string): void {
    this.said = { ...this.said, [id]: text }
  }

  private async act(name: string, action: () => Promise<void>): Promise<void> {
    if (this.busy !== undefined) return
    this.busy = name
    this.error = undefined
    try {
      await action()
    } catch (error) {
      this.error = error
    } finally {
      this.busy = undefined
    }
  }
}
