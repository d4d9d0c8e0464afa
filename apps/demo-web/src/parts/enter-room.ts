import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { Entry } from "@darkslide/rooms"
import { tapOf, type Tap } from "@darkslide/rooms/channels"
import { isAbort } from "../error-words.ts"
import { navigate } from "../page-events.ts"
import { roomStrings } from "../room-strings.ts"
import { readEntry, type Brought } from "../rooms/read-entry.ts"
import type { SavedRoom } from "../rooms/room-book.ts"
import type { RoomsService } from "../rooms/rooms-service.ts"
import { errorNotice } from "./error-notice.ts"
import { submitOnEnter } from "./submit-on-enter.ts"
import { PageElement } from "../page-element.ts"

const words = roomStrings
const channelRoles = ["receiver", "sender", "interceptor"] as const
type ChannelRole = (typeof channelRoles)[number]

/** The way into a room or channel: by what was brought, pasted, or saved before. */
@customElement("darkslide-enter-room")
export class EnterRoom extends PageElement {
  @property({ attribute: false }) rooms!: RoomsService
  @property() kind: "room" | "channel" = "room"
  /** The room whose door this is; empty where one is to be brought. */
  @property() roomId = ""
  /** To begin with. */
  @property() name = ""
  /** The neighbour whose server has the room. */
  @property() via = ""
  @property({ attribute: false }) saved: SavedRoom | undefined
  @state() private step: "idle" | "joining" | "asked" = "idle"
  @state() private error: unknown
  @state() private problem = ""
  @state() private comeAs: ChannelRole = "receiver"
  private leaving = new AbortController()

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.leaving.abort(new DOMException("The page was left", "AbortError"))
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Where the page is shown again, its waiting begins anew.
    if (changed.has("rooms") && this.leaving.signal.aborted) this.leaving = new AbortController()
  }

  protected override render(): TemplateResult {
    const way = this.way()
    const isTap = way === "tap"
    return html`<form class="stack" @submit=${this.submit} @keydown=${submitOnEnter} novalidate>
      ${way === "pasted" ? this.pasteField() : html`<p class="lead">${words.enterLead[way]}</p>`}
      ${isTap ? nothing : this.nameField()}
      ${way === "password" || way === "pasted" || this.isPasswordLink() ? this.passwordField(way) : nothing}
      ${this.kind === "channel" && !isTap ? this.channelFields() : nothing}
      ${this.problem === "" ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <div class="row">
        <wa-button type="submit" variant="brand" ?loading=${this.step !== "idle"}>
          ${isTap || (this.kind === "channel" && this.comeAs === "interceptor") ? words.listenButton : words.joinButton}
        </wa-button>
        ${
          this.step === "idle"
            ? nothing
            : html`<wa-button appearance="outlined" @click=${this.stop}>${words.stopJoining}</wa-button>`
        }
      </div>
      <p class="busy-step" role="status">
        ${this.step === "asked" ? words.asked : this.step === "joining" ? words.joining : nothing}
      </p>
    </form>`
  }

  private way(): "pasted" | "link" | "saved" | "password" | "tap" {
    if (this.roomId === "") return "pasted"
    const arrival = this.arrival()
    if (arrival !== undefined) return arrival.startsWith("#3.") ? "tap" : "link"
    return this.saved === undefined ? "password" : "saved"
  }

  /** The invitation that the address brought, if it is for this room. */
  private arrival(): string | undefined {
    const fragment = this.rooms.arrival()
    return fragment?.split(".")[1] === this.roomId ? fragment : undefined
  }

  private isPasswordLink(): boolean {
    return this.arrival()?.startsWith("#2.") === true
  }

  private pasteField(): TemplateResult {
    return html`<div class="field">
      <label for="bring">${words.bring}</label>
      <input id="bring" name="bring" autocomplete="off" spellcheck="false" aria-describedby="bring-help" required />
      <p class="help" id="bring-help">${words.bringHelp}</p>
    </div>`
  }

  private nameField(): TemplateResult {
    return html`<div class="field">
      <label for="${this.via}join-name">${words.nameField}</label>
      <input
        id="${this.via}join-name"
        name="name"
        autocomplete="nickname"
        maxlength="64"
        aria-describedby="${this.via}join-name-help"
        .value=${this.name}
        required
      />
      <p class="help" id="${this.via}join-name-help">${words.nameHelp}</p>
    </div>`
  }

  private passwordField(way: string): TemplateResult {
    return html`<div class="field">
      <label for="${this.via}join-password">${way === "pasted" ? words.newPassword : words.password}</label>
      <input id="${this.via}join-password" name="password" type="password" autocomplete="off" />
    </div>`
  }

  private channelFields(): TemplateResult {
    return html`<fieldset class="ways">
        <legend>${words.role}</legend>
        ${channelRoles.map(
          (role) =>
            html`<label>
              <input
                type="radio"
                name="${this.via}role"
                .value=${role}
                .checked=${role === this.comeAs}
                @change=${() => (this.comeAs = role)}
              />
              <span>${words.roles[role]} <small class="soft">${words.roleHelps[role]}</small></span>
            </label>`,
        )}
      </fieldset>
      ${
        this.comeAs === "interceptor"
          ? nothing
          : html`<div class="field">
              <label for="${this.via}join-key">${words.key}</label>
              <div class="select">
                <select id="${this.via}join-key" name="key">
                  <option value="x25519">${words.keys.x25519}</option>
                  <option value="rsa">${words.keys.rsa}</option>
                </select>
                <wa-icon name="chevron-down"></wa-icon>
              </div>
            </div>`
      }`
  }

  private stop(): void {
    this.leaving.abort(new DOMException("Waiting was given up", "AbortError"))
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.step !== "idle") return
    const form = new FormData(event.currentTarget as HTMLFormElement)
    this.error = undefined
    this.problem = ""
    this.leaving = new AbortController()
    const { signal } = this.leaving
    this.step = "joining"
    try {
      await this.enter(form, signal)
    } catch (error) {
      if (!isAbort(error)) this.error = error
    } finally {
      this.step = "idle"
    }
  }

  private async enter(form: FormData, signal: AbortSignal): Promise<void> {
    const text = (name: string): string => String(form.get(name) ?? "").trim()
    const password = String(form.get("password") ?? "")
    const brought = this.brought(text("bring"))
    if (brought?.kind === "tap") return await this.listen(brought.tap, signal)
    const entry = brought && (await this.entryOf(brought, password))
    if (brought && !entry) {
      this.problem = words.needsPassword
      return
    }
    const isListening = this.kind === "channel" && this.comeAs === "interceptor"
    const invite = entry && "invite" in entry ? entry.invite : undefined
    if (isListening && invite) return await this.listen(tapOf(invite), signal)
    const name = text("name")
    if (name === "") {
      this.problem = words.needsName
      return
    }
    const options = {
      name,
      signal,
      ...(this.via !== "" && { via: this.via }),
      key: text("key") === "rsa" ? ("rsa" as const) : ("x25519" as const),
      ...(this.kind === "channel" && this.comeAs !== "interceptor" && { role: this.comeAs }),
      onAsked: () => (this.step = "asked"),
    }
    const live = entry
      ? await this.rooms.join({ ...options, kind: this.kind, entry })
      : await this.rooms.enter(this.saved!, options)
    this.entered(live.room.id)
  }

  /** `undefined` where the saved room is all there is. */
  private brought(pasted: string): Brought | undefined {
    if (this.roomId === "") return readEntry(pasted)
    const arrival = this.arrival()
    if (arrival !== undefined) return readEntry(arrival)
    return this.saved === undefined ? { kind: "room", roomId: this.roomId } : undefined
  }

  /** `undefined` when a password is missing. */
  private async entryOf(brought: Exclude<Brought, { kind: "tap" }>, password: string): Promise<Entry | undefined> {
    if (brought.kind === "entry") return brought.entry
    if (password === "") return undefined
    if (brought.kind === "room") return { roomId: brought.roomId, password }
    return await this.rooms.openPasswordLink(brought.fragment, password)
  }

  private async listen(tap: Tap, signal: AbortSignal): Promise<void> {
    await this.rooms.listen(tap, { signal })
    this.entered(tap.roomId)
  }

  private entered(roomId: string): void {
    this.rooms.forgetArrival()
    this.dispatchEvent(new CustomEvent("darkslide-entered", { bubbles: true }))
    navigate(this, `/${this.kind}s/${roomId}`)
  }
}
