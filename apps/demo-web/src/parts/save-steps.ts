import { html, type TemplateResult } from "lit"
import type { SavedCapture, SaveProgress } from "../library/library-service.ts"
import { strings } from "../strings.ts"

const words = strings.camera

/** What saving is doing just now, and a way to stop it. */
export function saveSteps(progress: SaveProgress, cancel: () => void): TemplateResult {
  return html`<div class="camera-review">
    <p>${progressInWords(progress)}</p>
    <wa-progress-bar value=${Math.round(coveredPart(progress) * 100)} label=${words.saveProgress}></wa-progress-bar>
    <wa-button appearance="outlined" @click=${cancel}>${strings.cancel}</wa-button>
  </div>`
}

/** What was saved last, with the way to it. */
export function savedNotice(saved: SavedCapture | undefined, count = 1): TemplateResult {
  if (saved === undefined) return html`<div role="status" hidden></div>`
  return html`<div class="notice good" role="status">
    <wa-icon name="shield"></wa-icon>
    <div>
      ${wordsForSaved(saved, count)}
      <a href=${count === 1 ? `/library/${saved.captureId}` : "/library"}>
        ${count === 1 ? words.savedLink : words.savedManyLink}
      </a>
    </div>
  </div>`
}

export function wordsForSaved({ state }: SavedCapture, count = 1): string {
  if (count > 1) return words.savedMany(count)
  return state === "saved" ? words.saved : words.savedHere
}

/** How much of the picture the slide covers: sealing begins it, the upload draws it down, the commit finds it shut. */
export function coveredPart(progress: SaveProgress): number {
  if (progress.step === "sealing") return 0.1
  if (progress.step === "committing") return 1
  return 0.1 + 0.85 * uploadedPart(progress)
}

/** Read out once a step, rather than every percent. */
export function stepInWords(progress: SaveProgress): string {
  if (progress.step === "sealing") return words.sealing
  return progress.step === "uploading" ? words.uploadStarted : words.committing
}

function progressInWords(progress: SaveProgress): string {
  return progress.step === "uploading"
    ? words.uploading(Math.round(uploadedPart(progress) * 100))
    : stepInWords(progress)
}

function uploadedPart(progress: Extract<SaveProgress, { step: "uploading" }>): number {
  return progress.totalBytes === 0 ? 0 : progress.bytes / progress.totalBytes
}
