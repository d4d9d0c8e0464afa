import { html, type TemplateResult } from "lit"
import { customElement } from "lit/decorators.js"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const words = strings.serverSees

/** Said in the app and not only in the docs, and readable before an account exists. */
@customElement("darkslide-server-sees-page")
export class ServerSeesPage extends Page {
  protected override render(): TemplateResult {
    return html`<div class="page-head"><h1 tabindex="-1">${words.heading}</h1></div>
      <div class="sheet">
        <section>
          <h2>${words.seesTitle}</h2>
          <div class="stack">
            <p class="lead">${words.lead}</p>
            ${factList(words.sees)}
          </div>
        </section>
        <section>
          <h2>${words.neverTitle}</h2>
          <div class="stack">${factList(words.never)}</div>
        </section>
      </div>
      <div class="stack">${words.honest.map((text) => html`<p class="lead">${text}</p>`)}</div>`
  }
}

function factList(facts: readonly (readonly [string, string])[]): TemplateResult {
  return html`<ul class="list-plain">
    ${facts.map(([name, text]) => html`<li><strong>${name}</strong>: ${text}</li>`)}
  </ul>`
}
