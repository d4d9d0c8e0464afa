import { html, nothing, type TemplateResult } from "lit"
import { wordsForCode } from "../error-words.ts"
import type { LibraryItem, LibraryService } from "../library/library-service.ts"
import { strings } from "../strings.ts"
import { clockTime, dayAndTime, dayInWords } from "./figures.ts"
import "./thumbnail.ts"

type SoundItem = Extract<LibraryItem, { refused?: undefined }>

/** A tile of the Library's grid: a photo or clip that leads to its page, or a capture that failed its checks and why. */
export function captureTile(item: LibraryItem, library: LibraryService, now: number): TemplateResult {
  return item.refused === undefined ? soundTile(item, library, now) : refusedTile(item.refused)
}

function soundTile(item: SoundItem, library: LibraryService, now: number): TemplateResult {
  const { captureId, createdAt, kind } = item
  const name = kind === "clip" ? strings.library.clipOf : strings.library.photoOf
  return html`<a class="tile" href="/library/${captureId}" aria-label=${name(dayAndTime(createdAt))}>
    <span class="tile-picture">
      <darkslide-thumbnail .library=${library} .captureId=${captureId}></darkslide-thumbnail>
      ${item.isWaiting ? html`<span class="tile-waiting">${strings.library.waiting}</span>` : nothing}
      ${kind === "clip" ? html`<span class="tile-mark">${strings.library.clip}</span>` : nothing}
    </span>
    <time class="tile-words" datetime=${new Date(createdAt).toISOString()}>
      <span>${dayInWords(createdAt, now)}</span><span class="soft">${clockTime(createdAt)}</span>
    </time>
  </a>`
}

function refusedTile(code: string): TemplateResult {
  return html`<div class="tile refused">
    <div class="tile-picture">
      <wa-icon name="broken-seal"></wa-icon>
      <p>${wordsForCode(code).what}</p>
    </div>
    <div class="tile-words"><strong>${strings.library.refused}</strong><span class="code soft">${code}</span></div>
  </div>`
}
