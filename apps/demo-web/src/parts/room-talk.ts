import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { roomStrings } from "../room-strings.ts"
import type { LiveRoom, RoomLine, RoomNote } from "../rooms/live-room.ts"
import { errorNotice } from "./error-notice.ts"
import { clockTime } from "./figures.ts"
import { submitOnEnter } from "./submit-on-enter.ts"
import { PageElement } from "../page-element.ts"

const words = roomStrings

/** What is said in a room, and what happened between. */
@customElement("darkslide-room-talk")
export class RoomTalk extends PageElement {
  @property({ attribute: false }) live!: LiveRoom
  @property({ attribute: false }) lines: readonly RoomLine[] = []
  @state() private error: unknown

  protected override render(): TemplateResult {
    return html`<section class="card talk" aria-labelledby="talk">
      <h2 id="talk">${words.talk}</h2>
      <ol class="lines" tabindex="0" aria-label=${words.talk} aria-live="polite">
        ${this.lines.map((line) => lineRow(line))}
      </ol>
      ${this.lines.length === 0 ? html`<p class="soft">${words.talkEmpty}</p>` : nothing}
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <form class="talk-form" @submit=${this.say} @keydown=${submitOnEnter} novalidate>
        <label class="visually-hidden" for="message">${words.message}</label>
        <input id="message" name="message" autocomplete="off" maxlength="4000" placeholder=${words.message} />
        <wa-button type="submit" variant="brand">${words.send}</wa-button>
      </form>
    </section>`
  }

  protected override updated(changed: PropertyValues<this>): void {
    const list = this.querySelector(".lines")
    if (changed.has("lines") && list) list.scrollTop = list.scrollHeight
  }

  private async say(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const input = this.querySelector<HTMLInputElement>("#message")
    const text = input?.value.trim() ?? ""
    if (!input || text === "") return
    input.value = ""
    this.error = undefined
    try {
      await this.live.room.chat(text)
    } catch (error) {
      this.error = error
      input.value = text
    }
  }
}

function lineRow(line: RoomLine): TemplateResult {
  if (line.kind === "note")
    return html`<li class="line note small soft"><time>${clockTime(line.at)}</time> ${noteWords(line.note)}</li>`
  return html`<li class="line ${line.isSelf ? "own" : ""}">
    <span class="small soft"><strong>${line.from}</strong> <time>${clockTime(line.at)}</time></span>
    <p>${line.text}</p>
  </li>`
}

function noteWords(note: RoomNote): string {
  const role = (name: string): string =>
    Object.hasOwn(words.roles, name) ? words.roles[name as keyof typeof words.roles] : name
  switch (note.type) {
    case "joined":
      return words.notes.joined(note.name, role(note.role))
    case "left":
      return words.notes.left(note.name)
    case "role":
      return words.notes.role(note.name, role(note.role))
    case "attempt":
      return note.burned ? words.notes.burned : words.notes.attempt(note.failures)
    default:
      return words.notes[note.type]
  }
}
