import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import { isAbort } from "../error-words.ts"
import { announce, navigate } from "../page-events.ts"
import { errorNotice } from "../parts/error-notice.ts"
import "../parts/enter-room.ts"
import { dayAndTime } from "../parts/figures.ts"
import { submitOnEnter } from "../parts/submit-on-enter.ts"
import { roomStrings } from "../room-strings.ts"
import type { SavedRoom } from "../rooms/room-book.ts"
import type { NearbyRoom, RoomsService } from "../rooms/rooms-service.ts"
import { Page } from "./page.ts"

const words = roomStrings
const doors = ["pair", "knock", "open"] as const

/** Rooms, or channels: those that one knows, and how to make or join another. */
@customElement("darkslide-rooms-page")
export class RoomsPage extends Page {
  @property({ attribute: false }) rooms!: RoomsService
  @property() kind: "room" | "channel" = "room"
  /** A name to begin with. */
  @property() name = ""
  @state() private saved: readonly SavedRoom[] = []
  @state() private nearby: readonly NearbyRoom[] | undefined
  @state() private error: unknown
  @state() private createError: unknown
  @state() private problem = ""
  @state() private isCreating = false

  override connectedCallback(): void {
    super.connectedCallback()
    void this.load()
  }

  protected override render(): TemplateResult {
    const { kind } = this
    return html`<div class="page-head">
        <h1 tabindex="-1">${words.headings[kind]}</h1>
        <p class="lead">${words.leads[kind]}</p>
      </div>
      ${this.rooms.isKept ? nothing : this.notKept()}
      ${this.error === undefined ? nothing : errorNotice(this.error, () => void this.load())}
      <div class="rooms-grid">
        <section class="card" aria-labelledby="yours">
          <h2 id="yours">${words.yours}</h2>
          ${this.list()}
        </section>
        <section class="card" aria-labelledby="join">
          <h2 id="join">${words.join[kind]}</h2>
          <darkslide-enter-room .rooms=${this.rooms} kind=${kind} name=${this.name}></darkslide-enter-room>
        </section>
        <section class="card" aria-labelledby="create">
          <h2 id="create">${words.create[kind]}</h2>
          ${this.createForm()}
        </section>
        ${this.nearby === undefined ? nothing : this.nearbySection(this.nearby)}
      </div>`
  }

  private nearbySection(found: readonly NearbyRoom[]): TemplateResult {
    const shown = found.filter(({ saved }) => saved === undefined || saved.kind === this.kind)
    return html`<section class="card" aria-labelledby="nearby">
      <h2 id="nearby">${words.nearby}</h2>
      <p class="small soft">${words.nearbyHelp}</p>
      ${shown.length === 0 ? html`<p class="soft">${words.nearbyNone}</p>` : nothing}
      ${repeat(
        shown,
        ({ via }) => via,
        ({ via, saved, shown: open }) =>
          html`<details class="nearby">
            <summary>
              <strong>${saved ? this.titleOf(saved) : (open?.name ?? "")}</strong>
              <span class="small soft">${saved ? words.nearbyKnown : words.nearbyShown}</span>
              <wa-icon name="chevron-down"></wa-icon>
            </summary>
            <darkslide-enter-room
              .rooms=${this.rooms}
              .saved=${saved}
              kind=${this.kind}
              roomId=${saved?.roomId ?? open?.roomId ?? ""}
              name=${this.name}
              via=${via}
            ></darkslide-enter-room>
          </details>`,
      )}
      <div class="row">
        <wa-button appearance="outlined" @click=${() => this.load()}>${words.lookAgain}</wa-button>
      </div>
    </section>`
  }

  private notKept(): TemplateResult {
    return html`<div class="notice warm">
      <wa-icon name="lock"></wa-icon>
      <div class="notice-body">
        <p>${words.notKept} <a href="/sign-in">${words.signIn}</a></p>
      </div>
    </div>`
  }

  private list(): TemplateResult {
    const shown = this.saved.filter(({ kind }) => kind === this.kind)
    if (shown.length === 0) return html`<p class="soft">${words.none[this.kind]}</p>`
    return html`<ul class="rooms-list">
      ${repeat(
        shown,
        ({ roomId }) => roomId,
        (saved) => this.row(saved),
      )}
    </ul>`
  }

  private row(saved: SavedRoom): TemplateResult {
    const { roomId, owner, usedAt } = saved
    const title = this.titleOf(saved)
    const live = this.rooms.live(roomId)
    const isInside = live !== undefined && live.over === undefined
    return html`<li>
      <a href="/${this.kind}s/${roomId}" aria-label=${words.open(title)}>
        <strong>${title}</strong>
        <span class="small soft">
          ${owner === undefined ? words.joined : words.owned} ·
          ${isInside ? words.inside : words.used(dayAndTime(usedAt))}
        </span>
      </a>
      ${
        isInside
          ? nothing
          : html`<wa-button size="s" appearance="plain" @click=${() => this.forget(saved)}>
              <wa-icon name="trash" label=${words.forget(title)}></wa-icon>
            </wa-button>`
      }
    </li>`
  }

  private titleOf({ title }: SavedRoom): string {
    return title === "" ? words.unnamed[this.kind] : title
  }

  private createForm(): TemplateResult {
    const isChannel = this.kind === "channel"
    return html`<form class="stack" @submit=${this.create} @keydown=${submitOnEnter} novalidate>
      <div class="field">
        <label for="title">${words.titleField}</label>
        <input id="title" name="title" autocomplete="off" maxlength="80" aria-describedby="title-help" />
        <p class="help" id="title-help">${words.titleHelp}</p>
      </div>
      <div class="field">
        <label for="create-name">${words.nameField}</label>
        <input id="create-name" name="name" autocomplete="nickname" maxlength="64" .value=${this.name} required />
      </div>
      <div class="field">
        <label for="door">${words.door}</label>
        <div class="select">
          <select id="door" name="door">
            ${doors.map(
              (door) =>
                html`<option value=${door} ?selected=${door === (isChannel ? "open" : "pair")}>
                  ${words.doors[door]}
                </option>`,
            )}
          </select>
          <wa-icon name="chevron-down"></wa-icon>
        </div>
      </div>
      <div class="field">
        <label for="new-password">${words.newPassword}</label>
        <input
          id="new-password"
          name="password"
          type="password"
          autocomplete="new-password"
          aria-describedby="new-password-help"
        />
        <p class="help" id="new-password-help">${words.newPasswordHelp}</p>
      </div>
      ${this.problem === "" ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      ${this.createError === undefined ? nothing : errorNotice(this.createError)}
      <div class="row">
        <wa-button type="submit" variant="brand" ?loading=${this.isCreating}>${words.createButton}</wa-button>
      </div>
      <p class="busy-step" role="status">${this.isCreating ? words.creating : nothing}</p>
    </form>`
  }

  private async load(): Promise<void> {
    const signal = this.present
    this.error = undefined
    try {
      const saved = await this.rooms.saved()
      if (!signal.aborted) this.saved = saved
      const nearby = await this.rooms.nearby()
      if (!signal.aborted) this.nearby = nearby
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  private async forget(saved: SavedRoom): Promise<void> {
    await this.rooms.forget(saved.roomId)
    announce(this, words.forgot(this.titleOf(saved)))
    await this.load()
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.isCreating) return
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string): string => String(form.get(name) ?? "").trim()
    this.problem = text("name") === "" ? words.needsName : ""
    this.createError = undefined
    if (this.problem !== "") return
    const password = String(form.get("password") ?? "")
    this.isCreating = true
    try {
      const live = await this.rooms.create({
        kind: this.kind,
        title: text("title"),
        name: text("name"),
        door: doors.find((door) => door === text("door")) ?? "pair",
        ...(password !== "" && { password }),
      })
      navigate(this, `/${this.kind}s/${live.room.id}`)
    } catch (error) {
      if (!isAbort(error)) this.createError = error
    } finally {
      this.isCreating = false
    }
  }
}
