import { html, type TemplateResult } from "lit"
import { customElement } from "lit/decorators.js"
import "../parts/room-call.ts"
import type { LiveRoom } from "../rooms/live-room.ts"
import { MeetingPage } from "./meeting-page.ts"

@customElement("darkslide-room-page")
export class RoomPage extends MeetingPage {
  readonly kind = "room"

  protected override inside({ room }: LiveRoom): TemplateResult {
    return html`<darkslide-room-call .room=${room}></darkslide-room-call>`
  }
}
