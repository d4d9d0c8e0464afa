import type { PictureVerdict } from "@darkslide/capture"
import { html, nothing, type TemplateResult } from "lit"
import { isMirrored, type ViewerState } from "../camera/viewer.ts"
import { wordsForError } from "../error-words.ts"
import { strings } from "../strings.ts"
import { steadyStream } from "./steady-stream.ts"

const words = strings.camera

export interface ViewfinderOptions {
  readonly viewing: ViewerState
  readonly verdict: PictureVerdict
  readonly retry: () => void
  /** What is over the live picture. */
  readonly over?: TemplateResult | typeof nothing
  /** Shown in place of the live picture. */
  readonly instead?: TemplateResult | undefined
  readonly name?: string
}

/** The picture of a camera, or what there is to say in its place. */
export function viewfinder(options: ViewfinderOptions): TemplateResult {
  const { viewing, verdict, over = nothing, instead, name = words.preview } = options
  const isLive = viewing.state === "live"
  return html`<div class="viewfinder">
    ${
      isLive
        ? html`<video
            aria-label=${name}
            .srcObject=${steadyStream(viewing.camera.stream)}
            ?data-mirrored=${isMirrored(viewing.camera)}
            ?hidden=${instead !== undefined}
            autoplay
            .muted=${true}
            playsinline
          ></video>`
        : nothing
    }
    ${instead ?? (isLive ? over : insteadOfPicture(options))}
    <p class="viewfinder-warning" role="status" ?hidden=${!isLive || verdict === "ok" || instead !== undefined}>
      ${isLive && verdict !== "ok" ? words.verdicts[verdict] : nothing}
    </p>
  </div>`
}

function insteadOfPicture({ viewing, retry }: ViewfinderOptions): TemplateResult {
  if (viewing.state !== "failed") {
    return html`<div class="viewfinder-words" role="status">
      <wa-spinner></wa-spinner>
      <p><strong>${words.starting}</strong> <span class="soft">${words.allow}</span></p>
    </div>`
  }
  const { what, todo } = wordsForError(viewing.error)
  return html`<div class="viewfinder-words" role="alert">
    <wa-icon name="warning"></wa-icon>
    <p><strong>${what}</strong> <span class="soft">${todo}</span></p>
    <wa-button variant="brand" @click=${retry}>
      <wa-icon slot="start" name="retake"></wa-icon>${strings.tryAgain}
    </wa-button>
  </div>`
}
