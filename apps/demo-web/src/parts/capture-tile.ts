import { html, nothing, type TemplateResult } from "lit"
import { wordsForCode } from "../error-words.ts"
import type { LibraryService } from "../library/library-service.ts"
import type { Shown, SoundItem } from "../library/shown-captures.ts"
import { strings } from "../strings.ts"
import { clockTime, dayAndTime, dayInWords, duration } from "./figures.ts"
import "./thumbnail.ts"

/** A tile of the Library's grid: a photo or clip that leads to its page, or a capture that failed its checks and why. */
export function captureTile({ item, parts }: Shown, library: LibraryService, now: number): TemplateResult {
  return item.refused === undefined ? soundTile(item, parts, library, now) : refusedTile(item.refused)
}

function soundTile(item: SoundItem, parts: readonly SoundItem[], library: LibraryService, now: number): TemplateResult {
  const { captureId, createdAt } = item
  return html`<a class="tile" href="/library/${captureId}" aria-label=${nameOf(item, parts)}>
    <span class="tile-picture">
      <darkslide-thumbnail .library=${library} .captureId=${captureId}></darkslide-thumbnail>
      ${
        [item, ...parts].some(({ isWaiting }) => isWaiting)
          ? html`<span class="tile-waiting">${strings.library.waiting}</span>`
          : nothing
      }
      ${item.kind === "clip" ? clipMark(item, parts) : nothing}
    </span>
    <time class="tile-words" datetime=${new Date(createdAt).toISOString()}>
      <span>${dayInWords(createdAt, now)}</span><span class="soft">${clockTime(createdAt)}</span>
    </time>
  </a>`
}

function nameOf({ kind, createdAt, durationSeconds }: SoundItem, parts: readonly SoundItem[]): string {
  const time = dayAndTime(createdAt)
  if (kind === "photo") return strings.library.photoOf(time)
  if (parts.length > 0) return strings.library.cutOf(time, parts.length)
  return durationSeconds === undefined
    ? strings.library.clipOf(time)
    : strings.library.clipLasting(time, duration(durationSeconds))
}

/** That it plays, and how long; of a cut recording, how long all its parts are. */
function clipMark(item: SoundItem, parts: readonly SoundItem[]): TemplateResult {
  const lengths = (parts.length > 0 ? parts : [item]).flatMap(({ durationSeconds }) => durationSeconds ?? [])
  const length = duration(lengths.reduce((sum, each) => sum + each, 0))
  return html`<span class="tile-play"><wa-icon name="play"></wa-icon></span>
    <span class="tile-mark">
      ${parts.length > 0 ? `${strings.library.cut} · ` : nothing}${lengths.length > 0 ? length : strings.library.clip}
    </span>`
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
