import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import type { LibraryItem, LibraryService } from "../library/library-service.ts"
import type { FilesService } from "../files/files-service.ts"
import { shownCaptures } from "../library/shown-captures.ts"
import { announce } from "../page-events.ts"
import "../parts/add-files.ts"
import { captureTile } from "../parts/capture-tile.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { mark } from "../parts/mark.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const words = strings.library

@customElement("darkslide-library-page")
export class LibraryPage extends Page {
  @property({ attribute: false }) library!: LibraryService
  @property({ attribute: false }) files!: FilesService
  @state() private items: readonly LibraryItem[] = []
  @state() private next: string | null | undefined
  @state() private isLoading = false
  @state() private error: unknown
  private readonly nearEnd = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void this.loadMore()
    },
    { rootMargin: "600px" },
  )

  override connectedCallback(): void {
    super.connectedCallback()
    void this.loadMore()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.nearEnd.disconnect()
  }

  protected override render(): TemplateResult {
    const isEmpty = this.next === null && this.items.length === 0
    return html`<div class="page-head">
        <h1 tabindex="-1">${words.heading}</h1>
        <p class="lead">${words.lead}</p>
      </div>
      <darkslide-add-files .files=${this.files} @darkslide-files-added=${this.startAnew}></darkslide-add-files>
      ${isEmpty ? this.emptyState() : this.contactSheet()}
      ${this.error === undefined ? nothing : errorNotice(this.error, () => void this.loadMore())} ${this.more()}`
  }

  /** Watches the end of the list anew after each page, so that a short page brings the next one by itself. */
  protected override updated(): void {
    this.nearEnd.disconnect()
    const end = this.querySelector(".more")
    if (end !== null && this.error === undefined && !this.isLoading) this.nearEnd.observe(end)
  }

  private contactSheet(): TemplateResult {
    const refused = this.items.filter((item) => item.refused !== undefined).length
    const now = Date.now()
    return html`${
        refused === 0
          ? nothing
          : html`<div class="notice warm">
              <wa-icon name="broken-seal"></wa-icon>
              <p>${words.refusedCount(refused)}</p>
            </div>`
      }
      <ul class="contact-sheet">
        ${repeat(
          shownCaptures(this.items),
          ({ item }) => item.captureId,
          (shown) => html`<li>${captureTile(shown, this.library, now)}</li>`,
        )}
      </ul>`
  }

  private emptyState(): TemplateResult {
    return html`<div class="empty">
      ${mark()}
      <h2>${words.emptyTitle}</h2>
      <p class="lead">${words.empty}</p>
      <wa-button variant="brand" href="/camera">
        <wa-icon slot="start" name="camera"></wa-icon>${words.emptyAction}
      </wa-button>
    </div>`
  }

  private more(): TemplateResult | typeof nothing {
    if (this.next === null || this.error !== undefined) return nothing
    return html`<div class="more">
      ${
        this.isLoading
          ? html`<span class="row soft"><wa-spinner></wa-spinner>${words.loading}</span>`
          : html`<wa-button appearance="outlined" @click=${this.loadMore}>${words.more}</wa-button>`
      }
    </div>`
  }

  /** What was just added is the newest. */
  private startAnew(): void {
    this.items = []
    this.next = undefined
    void this.loadMore()
  }

  private async loadMore(): Promise<void> {
    if (this.isLoading || this.next === null) return
    this.isLoading = true
    this.error = undefined
    const signal = this.present
    const isFirst = this.next === undefined
    try {
      const page = await this.library.list({ cursor: this.next, signal })
      if (signal.aborted) return
      this.items = [...this.items, ...page.items]
      this.next = page.next
      if (!isFirst) announce(this, words.loaded(this.items.length))
    } catch (error) {
      if (!signal.aborted) this.error = error
    } finally {
      this.isLoading = false
    }
  }
}
