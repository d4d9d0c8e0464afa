import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js"
import type { Knock, RoomMember, RoomsErrorCode } from "@darkslide/rooms"
import { html, nothing, type TemplateResult } from "lit"
import { property, state } from "lit/decorators.js"
import { announce, navigate } from "../page-events.ts"
import { errorNotice } from "../parts/error-notice.ts"
import "../parts/enter-room.ts"
import { roomDoor } from "../parts/room-door.ts"
import "../parts/room-invite.ts"
import { roomPeople, type GivenRole } from "../parts/room-people.ts"
import { roomSees } from "../parts/room-sees.ts"
import "../parts/room-talk.ts"
import { wayBack } from "../parts/way-back.ts"
import { roomStrings } from "../room-strings.ts"
import type { LiveRoom } from "../rooms/live-room.ts"
import type { SavedRoom } from "../rooms/room-book.ts"
import type { RoomsService } from "../rooms/rooms-service.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const words = roomStrings
/** Ends of a room after which its door leads nowhere. */
const final: ReadonlySet<RoomsErrorCode> = new Set(["ROOMS_REMOVED", "ROOMS_EXPIRED", "ROOMS_FORKED"])

/** A room or a channel: its door, its inside, and its end. What is shown inside is each one's own. */
export abstract class MeetingPage extends Page {
  @property({ attribute: false }) rooms!: RoomsService
  @property() roomId = ""
  /** A name to begin with. */
  @property() name = ""
  @state() protected error: unknown
  @state() private saved: SavedRoom | undefined
  @state() private hasLan = false
  /** Before the door of a room that is over. */
  @state() private isAtDoor = false
  private followed: LiveRoom | undefined
  abstract readonly kind: "room" | "channel"

  /** What only this kind shows. */
  protected abstract inside(live: LiveRoom): TemplateResult
  /** What is shown in place of the door, if anything. */
  protected instead(): TemplateResult | undefined {
    return undefined
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.rooms.onArrival(() => this.requestUpdate(), this.present)
    this.follow()
    void this.load()
  }

  /** Whoever came back is in the room anew. */
  protected override willUpdate(): void {
    const live = this.rooms.live(this.roomId)
    if (live === this.followed) return
    if (this.followed?.over && live) announce(this, words.cameBack)
    this.follow()
  }

  protected override render(): TemplateResult {
    const live = this.rooms.live(this.roomId)
    return html`<a class="back" href="/${this.kind}s"><wa-icon name="back"></wa-icon>${words.back[this.kind]}</a>
      ${this.content(live)}`
  }

  private content(live: LiveRoom | undefined): TemplateResult {
    if (live === undefined) return this.instead() ?? this.door()
    if (live.over === undefined) return this.room(live)
    if (live.wayBack !== undefined) return wayBack(this.titleOf(live), live)
    return this.isAtDoor ? this.door() : this.end(live)
  }

  /** Draws again whenever the room changes. */
  protected follow(): void {
    this.followed = this.rooms.live(this.roomId)
    this.followed?.onChange(() => this.requestUpdate(), this.present)
  }

  private door(): TemplateResult {
    const title = this.saved?.title || words.unnamed[this.kind]
    return html`<div class="page-head"><h1 tabindex="-1">${words.enterHeading(title)}</h1></div>
      <div class="card room-door" @darkslide-entered=${this.entered}>
        <darkslide-enter-room
          .rooms=${this.rooms}
          .saved=${this.saved}
          kind=${this.kind}
          roomId=${this.roomId}
          name=${this.name}
        ></darkslide-enter-room>
      </div>`
  }

  private end(live: LiveRoom): TemplateResult {
    const error = live.over?.error
    return html`<div class="page-head"><h1 tabindex="-1">${this.titleOf(live)}</h1></div>
      <div class="stack">
        <p class="lead">${words.over}</p>
        ${error === undefined ? html`<p>${words.overLeft}</p>` : errorNotice(error)}
        ${
          error !== undefined && final.has(error.code)
            ? nothing
            : html`<div class="row">
                <wa-button variant="brand" @click=${() => (this.isAtDoor = true)}>${words.goBack}</wa-button>
              </div>`
        }
        <p><a href="/${this.kind}s">${words.back[this.kind]}</a></p>
      </div>`
  }

  private room(live: LiveRoom): TemplateResult {
    const { connection } = live
    return html`<div class="page-head">
        <h1 tabindex="-1">${this.titleOf(live)}</h1>
        <p class="connection small" role="status" data-state=${connection.state}>
          ${
            connection.state === "connected"
              ? words.states.connected
              : connection.attempt > 2
                ? words.states.retrying(Math.ceil(connection.retryInMs / 1000))
                : words.states.reconnecting
          }
        </p>
      </div>
      ${roomDoor(live.knocks, (knock, isWelcome) => void this.answer(live, knock, isWelcome))}
      ${this.error === undefined ? nothing : errorNotice(this.error)} ${this.inside(live)}
      <div class="rooms-grid">
        ${roomPeople(live, {
          compare: (member) => void this.compare(live, member),
          remove: (member) => void this.act(() => live.room.kick(member)),
          appoint: (member, role) => void this.appoint(live, member, role),
        })}
        <darkslide-room-talk .live=${live} .lines=${live.lines}></darkslide-room-talk>
        <section class="card" aria-labelledby="invite">
          <h2 id="invite">${words.invite}</h2>
          <darkslide-room-invite .live=${live} .rooms=${this.rooms} ?lan=${this.hasLan}></darkslide-room-invite>
        </section>
        ${roomSees(live.wire)}
      </div>
      <div class="row room-ways-out">
        <wa-button appearance="outlined" @click=${() => this.leave(live)}>
          <wa-icon slot="start" name="sign-out"></wa-icon>${words.leave}
        </wa-button>
        ${
          live.isOwner
            ? html`<wa-button appearance="outlined" variant="danger" @click=${() => this.askToDelete()}>
                <wa-icon slot="start" name="trash"></wa-icon>${words.delete}
              </wa-button>`
            : nothing
        }
      </div>
      <wa-dialog label=${words.deleteTitle[this.kind]}>
        <p>${words.deleteText}</p>
        <wa-button slot="footer" appearance="outlined" data-dialog="close">${strings.cancel}</wa-button>
        <wa-button slot="footer" variant="danger" @click=${() => this.delete(live)}>${words.deleteConfirm}</wa-button>
      </wa-dialog>`
  }

  private titleOf(live: LiveRoom): string {
    return live.title === "" ? words.unnamed[this.kind] : live.title
  }

  private entered(): void {
    this.isAtDoor = false
    this.follow()
    this.requestUpdate()
    void this.focusHeading()
  }

  private async load(): Promise<void> {
    const signal = this.present
    try {
      const saved = (await this.rooms.saved()).find(({ roomId }) => roomId === this.roomId)
      if (!signal.aborted) this.saved = saved
      this.hasLan = (await this.rooms.nearby()) !== undefined
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  private async answer(live: LiveRoom, knock: Knock, isWelcome: boolean): Promise<void> {
    // Who went away meanwhile needs no answer.
    await this.act(() => live.answer(knock, isWelcome))
  }

  private async compare(live: LiveRoom, member: RoomMember): Promise<void> {
    await this.act(async () => {
      await this.rooms.verify(live, member)
      announce(this, words.compared(member.name))
      this.requestUpdate()
    })
  }

  private async appoint(live: LiveRoom, member: RoomMember, role: GivenRole): Promise<void> {
    await this.act(async () => {
      await live.room.appoint(member, role)
      announce(this, words.appointed(member.name, words.roles[role]))
    })
    // What was chosen and did not come about is chosen no more.
    this.requestUpdate()
  }

  private async leave(live: LiveRoom): Promise<void> {
    await this.act(() => live.room.leave())
    navigate(this, `/${this.kind}s`)
  }

  private askToDelete(): void {
    const dialog = this.querySelector<WaDialog>("wa-dialog")
    if (dialog) dialog.open = true
  }

  private async delete(live: LiveRoom): Promise<void> {
    await this.act(async () => {
      await live.room.clear()
      await this.rooms.forget(this.roomId)
      navigate(this, `/${this.kind}s`)
    })
  }

  protected async act(action: () => Promise<void>): Promise<void> {
    const signal = this.present
    this.error = undefined
    try {
      await action()
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }
}
