import { html, type TemplateResult } from "lit"
import { strings } from "../strings.ts"
import { plateArt } from "./mark.ts"

/** The layout of the pages before the account is open: the form, and on wide screens what Darkslide promises. */
export function door(form: TemplateResult): TemplateResult {
  const { title, points } = strings.story
  return html`<div class="door">
    <aside class="plate" aria-label=${strings.tagline}>
      ${plateArt()}
      <p class="plate-title">${title}</p>
      <ul>
        ${points.map((point) => html`<li>${point}</li>`)}
      </ul>
    </aside>
    <div class="door-form">
      ${form}
      <p class="small"><a href="/what-the-server-sees">${strings.serverSees.heading}</a></p>
    </div>
  </div>`
}
