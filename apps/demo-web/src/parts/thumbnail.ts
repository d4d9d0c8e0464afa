import { html, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { wordsForError } from "../error-words.ts"
import type { LibraryService } from "../library/library-service.ts"
import { PageElement } from "../page-element.ts"

/** One decrypted thumbnail. It is fetched when it comes near the window, and forgotten when it leaves the page. */
@customElement("darkslide-thumbnail")
export class Thumbnail extends PageElement {
  /** Whoever can open it. */
  @property({ attribute: false }) library!: Pick<LibraryService, "thumbnail">
  @property({ attribute: false }) captureId = ""
  @state() private url: string | undefined
  @state() private error: unknown

  override connectedCallback(): void {
    super.connectedCallback()
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        near.disconnect()
        void this.load(this.present)
      },
      { rootMargin: "400px" },
    )
    near.observe(this)
    this.present.addEventListener("abort", () => near.disconnect(), { once: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.url !== undefined) URL.revokeObjectURL(this.url)
    this.url = undefined
  }

  protected override render(): TemplateResult {
    if (this.error !== undefined) {
      return html`<span class="thumbnail-refused">
        <wa-icon name="broken-seal"></wa-icon>${wordsForError(this.error).what}
      </span>`
    }
    if (this.url === undefined) return html`<wa-spinner></wa-spinner>`
    return html`<img src=${this.url} alt="" decoding="async" />`
  }

  private async load(signal: AbortSignal): Promise<void> {
    try {
      const blob = await this.library.thumbnail(this.captureId, { signal })
      if (!signal.aborted) this.url = URL.createObjectURL(blob)
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }
}
