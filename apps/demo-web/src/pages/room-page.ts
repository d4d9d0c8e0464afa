import { html, type TemplateResult } from "lit"
import { customElement, property } from "lit/decorators.js"
import type { CallsService } from "../call/calls-service.ts"
import type { CameraService } from "../camera/camera-service.ts"
import { keyed } from "lit/directives/keyed.js"
import "../parts/room-call.ts"
import type { LiveRoom } from "../rooms/live-room.ts"
import { MeetingPage } from "./meeting-page.ts"

@customElement("darkslide-room-page")
export class RoomPage extends MeetingPage {
  @property({ attribute: false }) calls!: CallsService
  @property({ attribute: false }) cameras!: CameraService
  readonly kind = "room"

  protected override inside(live: LiveRoom): TemplateResult {
    const call = html`<darkslide-room-call
      .live=${live}
      .calls=${this.calls}
      .cameras=${this.cameras}
    ></darkslide-room-call>`
    // Whoever comes back is in the room anew, and in no call of it.
    return html`${keyed(live, call)}`
  }
}
