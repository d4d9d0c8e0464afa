import type { Photo } from "@darkslide/capture"
import { html, type TemplateResult } from "lit"
import { strings } from "../strings.ts"

const words = strings.camera

/** A photo that is in this page only. */
export interface TakenPhoto {
  readonly photo: Photo
  readonly url: string
  /** Whether it will be saved. */
  readonly isKept: boolean
}

export function keptOf(photos: readonly TakenPhoto[]): readonly TakenPhoto[] {
  return photos.filter(({ isKept }) => isKept)
}

/** Keep or retake. */
export function reviewControls(
  photos: readonly TakenPhoto[],
  actions: { readonly save: () => void; readonly retake: () => void },
): TemplateResult {
  const count = keptOf(photos).length
  return html`<div class="camera-review">
    <div>
      <h2>${photos.length === 1 ? words.keep : words.keepWhich}</h2>
      <p class="soft">${words.keepHelp}</p>
    </div>
    <wa-button variant="brand" ?disabled=${count === 0} @click=${actions.save}>
      <wa-icon slot="start" name="lock"></wa-icon>${photos.length === 1 ? words.save : words.saveMany(count)}
    </wa-button>
    <wa-button appearance="outlined" @click=${actions.retake}>
      <wa-icon slot="start" name="retake"></wa-icon>${words.retake}
    </wa-button>
  </div>`
}

/** The pictures of a burst: each can be looked at, and left out. */
export function reviewStrip(
  photos: readonly TakenPhoto[],
  shown: number,
  actions: { readonly show: (index: number) => void; readonly toggle: (index: number) => void },
): TemplateResult {
  return html`<ul class="strip" aria-label=${words.takenMany(photos.length)}>
    ${photos.map(
      ({ url, isKept }, index) =>
        html`<li>
          <button
            class="strip-picture"
            type="button"
            aria-label=${words.show(index + 1)}
            aria-current=${index === shown}
            @click=${() => actions.show(index)}
          >
            <img src=${url} alt="" />
          </button>
          <label class="strip-keep">
            <input type="checkbox" .checked=${isKept} @change=${() => actions.toggle(index)} />
            <span><span class="visually-hidden">${words.numbered(index + 1)}</span>${words.keepOne}</span>
          </label>
        </li>`,
    )}
  </ul>`
}
