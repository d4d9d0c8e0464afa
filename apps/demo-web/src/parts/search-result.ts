import type { HistoryRecord } from "@darkslide/metadata/history"
import { html, nothing, type TemplateResult } from "lit"
import type { LibraryService } from "../library/library-service.ts"
import { searchStrings as words } from "../search-strings.ts"
import { takenInWords } from "./figures.ts"
import "./thumbnail.ts"

/** A capture's id: what is imported from elsewhere may have others, and no page. */
const captureId = /^[\w-]{22}$/

/** One record that was found: its picture, and what it is known by. */
export function searchResult(record: HistoryRecord, library: LibraryService): TemplateResult {
  const { id, taken, camera, place, keywords, description } = record
  const isClip = record.flags?.includes("clip") ?? false
  const title = record.title ?? record.fileName ?? (isClip ? words.clip : words.photo)
  const content = html`<span class="tile-picture">
      ${
        captureId.test(id)
          ? html`<darkslide-thumbnail .library=${library} .captureId=${id}></darkslide-thumbnail>`
          : html`<wa-icon name="library"></wa-icon>`
      }
      ${isClip ? html`<span class="tile-mark">${words.clip}</span>` : nothing}
    </span>
    <span class="result-words">
      <strong>${title}</strong>
      <span class="small soft">${taken === undefined ? words.undated : takenInWords(taken)}</span>
      ${camera === undefined ? nothing : html`<span class="small soft">${camera}</span>`}
      ${
        place === undefined
          ? nothing
          : html`<span class="small soft result-place">
              <wa-icon name="place"></wa-icon
              >${place.name ?? `${place.latitude.toFixed(3)}, ${place.longitude.toFixed(3)}`}
            </span>`
      }
      ${description === undefined ? nothing : html`<span class="small result-text">${description}</span>`}
      ${
        keywords === undefined
          ? nothing
          : html`<span class="result-keywords">${keywords.slice(0, 4).map((word) => html`<span>${word}</span>`)}</span>`
      }
    </span>`
  return captureId.test(id)
    ? html`<a class="result" href="/library/${id}">${content}</a>`
    : html`<div class="result">${content}</div>`
}
