import type { Knock } from "@darkslide/rooms"
import { html, nothing, type TemplateResult } from "lit"
import { roomStrings } from "../room-strings.ts"

const words = roomStrings

/** Who asks to be let in: read out as they come. */
export function roomDoor(knocks: readonly Knock[], answer: (knock: Knock, isWelcome: boolean) => void): TemplateResult {
  return html`<div role="alert" class="knocks">
    ${knocks.map(
      (knock) =>
        html`<section class="notice warm" aria-label=${words.knocks}>
          <wa-icon name="people"></wa-icon>
          <div class="notice-body">
            <p>
              <strong>${words.knock(knock.name)}</strong> ${words.ways[knock.way]}${
                knock.wish === "member" ? nothing : html`, ${words.wish(words.roles[knock.wish])}`
              }.
            </p>
            <p class="small">
              ${words.trust[knock.trust]}. ${words.fingerprint}: <span class="exact">${knock.fingerprint}</span>
            </p>
            <div class="row">
              <wa-button variant="brand" @click=${() => answer(knock, true)}
                ><span class="visually-hidden">${words.letInName(knock.name)}</span
                ><span aria-hidden="true">${words.letIn}</span></wa-button
              >
              <wa-button appearance="outlined" @click=${() => answer(knock, false)}
                ><span class="visually-hidden">${words.sendAwayName(knock.name)}</span
                ><span aria-hidden="true">${words.sendAway}</span></wa-button
              >
            </div>
          </div>
        </section>`,
    )}
  </div>`
}
