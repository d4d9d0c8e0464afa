import { html, type TemplateResult } from "lit"
import { errorNotice } from "./error-notice.ts"
import { roomStrings } from "../room-strings.ts"
import type { LiveRoom } from "../rooms/live-room.ts"

const words = roomStrings

/** A room whose server kept our place no longer, while this page goes back in by itself. */
export function wayBack(title: string, live: LiveRoom): TemplateResult {
  const { wayBack: way } = live
  return html`<div class="page-head"><h1 tabindex="-1">${title}</h1></div>
    <div class="stack">
      <p class="lead">${words.lost}</p>
      <p role="status">
        ${
          way?.step === "asked"
            ? words.asked
            : way?.step === "waiting"
              ? words.retrySoon(Math.ceil(way.retryInMs / 1000))
              : words.joining
        }
      </p>
      ${way?.step === "waiting" ? errorNotice(way.error) : ""}
      <div class="row">
        <wa-button appearance="outlined" @click=${() => live.giveUpWayBack()}>${words.stopReturning}</wa-button>
      </div>
    </div>`
}
