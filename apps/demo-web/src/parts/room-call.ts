import type { Room } from "@darkslide/rooms"
import { LitElement, nothing } from "lit"
import { customElement, property } from "lit/decorators.js"

/** The place of the call in a room's page: cameras of those who are there. It has the room, and asks nothing of the page. */
@customElement("darkslide-room-call")
export class RoomCall extends LitElement {
  @property({ attribute: false }) room!: Room

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  protected override render(): typeof nothing {
    return nothing
  }
}
