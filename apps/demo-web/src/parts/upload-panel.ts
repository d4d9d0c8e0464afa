import type { QueueItem } from "@darkslide/capture/queue"
import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import { wordsForCode } from "../error-words.ts"
import type { LibraryService } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { noUploads, type UploadsService, type UploadsView } from "../queue/uploads-service.ts"
import { strings } from "../strings.ts"
import { dayAndTime } from "./figures.ts"
import "./thumbnail.ts"
import { PageElement } from "../page-element.ts"

const words = strings.uploads

/** What is on its way from this browser, on every page: nothing to see when there is nothing. */
@customElement("darkslide-upload-panel")
export class UploadPanel extends PageElement {
  @property({ attribute: false }) uploads!: UploadsService
  @property({ attribute: false }) library!: LibraryService
  /** Whether thumbnails can be opened here. */
  @property({ type: Boolean }) unlocked = false
  @state() private view: UploadsView = noUploads

  override connectedCallback(): void {
    super.connectedCallback()
    void this.follow(this.present)
  }

  protected override render(): TemplateResult | typeof nothing {
    const { items, status } = this.view
    if (items.length === 0) return nothing
    const total = sum(items, "bytes")
    return html`<section class="uploads" aria-label=${words.label}>
      <details>
        <summary>
          <wa-icon name=${status === "uploading" ? "sealed" : "lock"}></wa-icon>
          <span class="uploads-words">
            <strong>${words.count(items.length)}</strong>
            <span class="soft">${summaryOf(this.view)}</span>
          </span>
          <progress max=${total} .value=${sum(items, "sentBytes")} aria-label=${words.progress}></progress>
          <wa-icon name="chevron-down"></wa-icon>
        </summary>
        <p class="small soft">${words.help}</p>
        <div class="row">${this.actions(status)}</div>
        <ul class="uploads-list">
          ${repeat(
            items,
            ({ id }) => id,
            (item) => this.row(item),
          )}
        </ul>
      </details>
    </section>`
  }

  protected override updated(changed: PropertyValues<{ view: UploadsView }>): void {
    const before = changed.get("view")
    if (before === undefined) return
    const [then, now] = [before, this.view].map(({ items }) => items.length)
    if (then !== now || before.status !== this.view.status) announce(this, this.inWords())
  }

  private actions(status: UploadsView["status"]): TemplateResult | typeof nothing {
    if (status === "paused")
      return html`<wa-button appearance="outlined" @click=${() => this.uploads.tryNow()}>
        <wa-icon slot="start" name="play"></wa-icon>${words.resume}
      </wa-button>`
    return html`${
        status === "uploading" || status === "idle"
          ? nothing
          : html`<wa-button appearance="outlined" @click=${() => this.uploads.tryNow()}>${words.tryNow}</wa-button>`
      }
      <wa-button appearance="outlined" @click=${() => this.uploads.pause()}>
        <wa-icon slot="start" name="pause"></wa-icon>${words.pause}
      </wa-button>`
  }

  private inWords(): string {
    const { items } = this.view
    return items.length === 0 ? words.allSent : `${words.count(items.length)}. ${summaryOf(this.view)}`
  }

  private row(item: QueueItem): TemplateResult {
    const { id, createdAt, state: itemState, bytes, sentBytes } = item
    const when = dayAndTime(createdAt)
    const canRetry = itemState === "failed" || itemState === "expired"
    return html`<li class="upload">
      <span class="upload-picture">
        ${
          this.unlocked
            ? html`<darkslide-thumbnail .library=${this.library} .captureId=${id}></darkslide-thumbnail>`
            : html`<wa-icon name="sealed"></wa-icon>`
        }
      </span>
      <span class="upload-words">
        <span>${when}</span>
        <span class="small soft">${stateInWords(item)}</span>
        <progress max=${bytes} .value=${sentBytes} aria-label=${words.progressOf(when)}></progress>
      </span>
      <span class="upload-actions">
        ${
          canRetry
            ? html`<button
                class="plain"
                type="button"
                aria-label=${words.retryOf(when)}
                @click=${() => void this.uploads.retry(id)}
              >
                ${words.retry}
              </button>`
            : nothing
        }
        <button
          class="plain"
          type="button"
          aria-label=${words.removeOf(when)}
          @click=${() => void this.uploads.remove(id)}
        >
          ${words.remove}
        </button>
      </span>
    </li>`
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const view of this.uploads.views({ signal })) this.view = view
  }
}

function summaryOf({ items, status }: UploadsView): string {
  const stuck = items.filter(({ state: each }) => each === "failed" || each === "expired").length
  return stuck === items.length ? words.stuck(stuck) : words.status[status]
}

function stateInWords({ state, bytes, sentBytes, failure }: QueueItem): string {
  if (state === "failed") return wordsForCode(failure?.problem ?? failure?.code ?? "UNEXPECTED").what
  if (state === "uploading") return words.uploading(bytes === 0 ? 100 : Math.floor((100 * sentBytes) / bytes))
  return words.states[state]
}

function sum(items: readonly QueueItem[], field: "bytes" | "sentBytes"): number {
  return items.reduce((total, item) => total + item[field], 0)
}
