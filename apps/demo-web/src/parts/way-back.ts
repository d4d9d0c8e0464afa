import { html, nothing, type TemplateResult } from "lit"
import { wordsForError } from "../error-words.ts"
import { roomStrings } from "../room-strings.ts"
import type { LiveRoom } from "../rooms/live-room.ts"

const words = roomStrings

/** A room whose server kept our place no longer, while this page goes back in by itself. */
export function wayBack(title: string, live: LiveRoom): TemplateResult {
  const { wayBack: way } = live
  // Tries come and go: they are there to read, and are not read out each time.
  return html`<div class="page-head"><h1 tabindex="-1">${title}</h1></div>
    <div class="stack">
      <p class="lead" role="status">${words.lost}</p>
      ${way?.step === "waiting" ? html`<p><strong>${wordsForError(way.error).what}</strong></p>` : nothing}
      <p>
        ${
          way?.step === "asked"
            ? words.asked
            : way?.step === "waiting"
              ? words.retrySoon(Math.ceil(way.retryInMs / 1000))
              : words.joining
        }
      </p>
      <div class="row">
        <wa-button appearance="outlined" @click=${() => live.giveUpWayBack()}>${words.stopReturning}</wa-button>
      </div>
    </div>`
}
