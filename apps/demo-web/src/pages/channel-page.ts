import { html, nothing, type TemplateResult } from "lit"
import { customElement } from "lit/decorators.js"
import { channelEvents } from "../parts/channel-events.ts"
import "../parts/channel-pictures.ts"
import { errorNotice } from "../parts/error-notice.ts"
import "../parts/tap-view.ts"
import { roomStrings } from "../room-strings.ts"
import { MeetingPage } from "./meeting-page.ts"

@customElement("darkslide-channel-page")
export class ChannelPage extends MeetingPage {
  readonly kind = "channel"

  protected override instead(): TemplateResult | undefined {
    const tap = this.rooms.tap(this.roomId)
    if (tap === undefined) return undefined
    if (tap.over === undefined) return html`<darkslide-tap-view .tap=${tap}></darkslide-tap-view>`
    return html`<div class="page-head"><h1 tabindex="-1">${roomStrings.unnamed.channel}</h1></div>
      ${tap.over.error === undefined ? html`<p class="lead">${roomStrings.over}</p>` : errorNotice(tap.over.error)}`
  }

  protected override inside(): TemplateResult {
    const channel = this.rooms.channel(this.roomId)
    if (channel === undefined) return html`${nothing}`
    return html`<div class="rooms-grid channel-grid">
      <darkslide-channel-pictures .live=${channel} .pictures=${channel.pictures}></darkslide-channel-pictures>
      ${channelEvents(channel.events)}
    </div>`
  }

  protected override follow(): void {
    super.follow()
    const redraw = (): void => this.requestUpdate()
    this.rooms.channel(this.roomId)?.onChange(redraw, this.present)
    this.rooms.tap(this.roomId)?.onChange(redraw, this.present)
  }
}
