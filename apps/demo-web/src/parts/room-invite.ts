import type { Room } from "@darkslide/rooms"
import { tapFragment, tapOf } from "@darkslide/rooms/channels"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { announce } from "../page-events.ts"
import { roomStrings } from "../room-strings.ts"
import type { LiveRoom } from "../rooms/live-room.ts"
import type { RoomsService } from "../rooms/rooms-service.ts"
import { errorNotice } from "./error-notice.ts"
import { optionSelect } from "./option-select.ts"
import { PageElement } from "../page-element.ts"

const words = roomStrings

/** How others come in: the link, a code, and for channels the link of an interceptor. For staff, the lock and a new link. */
@customElement("darkslide-room-invite")
export class RoomInvite extends PageElement {
  @property({ attribute: false }) live!: LiveRoom
  @property({ attribute: false }) rooms!: RoomsService
  /** Whether the server looks around on its networks. */
  @property({ type: Boolean }) lan = false
  @state() private code = ""
  @state() private said = ""
  @state() private error: unknown

  override connectedCallback(): void {
    super.connectedCallback()
    // Others replace the link and lock the door, too.
    this.live.onChange(() => this.requestUpdate(), this.present)
  }

  protected override render(): TemplateResult {
    const { room, kind } = this.live
    const place = `${location.origin}/${kind}s/${room.id}`
    const isStaff = room.self.role === "owner" || room.self.role === "moderator"
    return html`<div class="stack">
      ${this.copyable("invite-link", words.linkField, place + room.inviteFragment, words.inviteHelp)}
      ${
        kind === "channel"
          ? this.copyable("tap-link", words.tapField, place + tapFragment(tapOf(room.invite)), words.tapHelp)
          : nothing
      }
      ${this.live.hasPassword ? this.copyable("place", words.placeField, place, words.placeHelp) : nothing}
      ${this.lan ? this.onNetwork() : nothing} ${isStaff ? this.staff(room) : nothing}
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <p class="small soft" role="status">${this.said}</p>
    </div>`
  }

  private copyable(id: string, label: string, value: string, help: string): TemplateResult {
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <div class="copyable-field">
        <input id=${id} readonly .value=${value} aria-describedby="${id}-help" @focus=${selectAll} />
        <wa-button appearance="outlined" @click=${() => this.copy(value)}>
          <wa-icon name="copy" label="${words.copyLink}: ${label}"></wa-icon>
        </wa-button>
      </div>
      <p class="help" id="${id}-help">${help}</p>
    </div>`
  }

  private onNetwork(): TemplateResult {
    return html`${optionSelect({
        id: "shown-to",
        label: words.shownTo,
        value: this.live.shownTo,
        options: (["nobody", "members", "everybody"] as const).map((to) => [to, words.shownToWhom[to]] as const),
        choose: (to) => void this.act(() => this.rooms.announce(this.live, to)),
      })}
      <p class="small soft">${words.shownToHelp}</p>`
  }

  private staff(room: Room): TemplateResult {
    return html`${
        this.code === "" ? nothing : html`<p>${words.codeIs}: <strong class="exact room-code">${this.code}</strong></p>`
      }
      <p class="small soft">${words.codeHelp}</p>
      <div class="row">
        <wa-button appearance="outlined" @click=${() => this.act(async () => (this.code = await room.issueCode()))}>
          ${words.code}
        </wa-button>
        <wa-button appearance="outlined" @click=${() => this.act(() => room.configure({ locked: !room.locked }))}>
          ${room.locked ? words.unlock : words.lock}
        </wa-button>
        <wa-button appearance="outlined" @click=${this.relink}>${words.newLink}</wa-button>
      </div>`
  }

  private async relink(): Promise<void> {
    await this.act(async () => {
      await this.live.room.revokeLink()
      this.said = words.newLinkDone
    })
  }

  private async copy(value: string): Promise<void> {
    await this.act(async () => {
      await navigator.clipboard.writeText(value)
      announce(this, words.copied)
      this.said = words.copied
    })
  }

  private async act(action: () => Promise<unknown>): Promise<void> {
    this.error = undefined
    this.said = ""
    try {
      await action()
      this.requestUpdate()
    } catch (error) {
      this.error = error
    }
  }
}

function selectAll(event: Event): void {
  if (event.currentTarget instanceof HTMLInputElement) event.currentTarget.select()
}
