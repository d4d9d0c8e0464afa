import type { Images, MarkPosition, WatermarkOptions } from "@darkslide/metadata/images"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { detailStrings } from "../detail-strings.ts"
import { announce } from "../page-events.ts"
import { strings } from "../strings.ts"
import { errorNotice } from "./error-notice.ts"
import { saveFile } from "./save-file.ts"
import { PageElement } from "../page-element.ts"

const words = detailStrings.mark
/** Of the preview's longer side. */
const previewPixels = 720

/** A marked copy of a picture, shown before it is downloaded. Sends `darkslide-closed`. */
@customElement("darkslide-watermark-dialog")
export class WatermarkDialog extends PageElement {
  @property({ attribute: false }) media!: Blob
  @property({ attribute: false }) images!: Images
  @property() fileName = ""
  @state() private text = "© "
  @state() private position: MarkPosition = "bottom-right"
  @state() private tile = false
  @state() private opacity = 60
  @state() private preview: string | undefined
  @state() private isBusy = false
  @state() private error: unknown
  private small: Promise<Blob> | undefined
  private drawing = new AbortController()

  override connectedCallback(): void {
    super.connectedCallback()
    void this.draw()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.drawing.abort()
    if (this.preview !== undefined) URL.revokeObjectURL(this.preview)
  }

  protected override render(): TemplateResult {
    return html`<wa-dialog class="mark-dialog" label=${words.heading} open @wa-after-hide=${this.close}>
      <div class="mark-preview">
        ${
          this.preview === undefined
            ? html`<p role="status">${words.drawing}</p>`
            : html`<img src=${this.preview} alt=${words.preview} />`
        }
      </div>
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <form class="edit-form" @submit=${this.download} @input=${this.typed} @change=${this.typed}>
        <div class="field">
          <label for="mark-text">${words.text}</label>
          <input id="mark-text" maxlength="200" autocomplete="off" .value=${this.text} autofocus />
        </div>
        <div class="field">
          <label for="mark-position">${words.position}</label>
          <div class="select">
            <select id="mark-position" ?disabled=${this.tile}>
              ${Object.entries(words.positions).map(
                ([name, label]) => html`<option value=${name} ?selected=${this.position === name}>${label}</option>`,
              )}
            </select>
            <wa-icon name="chevron-down"></wa-icon>
          </div>
        </div>
        <div class="field">
          <label for="mark-opacity">${words.opacity(this.opacity)}</label>
          <input id="mark-opacity" type="range" min="10" max="100" step="5" .value=${String(this.opacity)} />
        </div>
        <label class="check"><input id="mark-tile" type="checkbox" .checked=${this.tile} />${words.tile}</label>
      </form>
      <wa-button slot="footer" appearance="outlined" data-dialog="close">${strings.cancel}</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        ?disabled=${this.text.trim() === ""}
        ?loading=${this.isBusy}
        @click=${this.download}
      >
        <wa-icon slot="start" name="download"></wa-icon>${words.download}
      </wa-button>
    </wa-dialog>`
  }

  private close(event: Event): void {
    if (event.target === this.querySelector("wa-dialog")) this.dispatchEvent(new CustomEvent("darkslide-closed"))
  }

  private typed(): void {
    const value = (id: string): string => this.querySelector<HTMLInputElement>(`#${id}`)?.value ?? ""
    this.text = value("mark-text")
    this.position = value("mark-position") as MarkPosition
    this.opacity = Number(value("mark-opacity"))
    this.tile = this.querySelector<HTMLInputElement>("#mark-tile")?.checked ?? false
    void this.draw()
  }

  private options(): WatermarkOptions {
    return { mark: { text: this.text.trim() }, position: this.position, tile: this.tile, opacity: this.opacity / 100 }
  }

  /** The newest wish only: what is drawn for an older one is dropped. */
  private async draw(): Promise<void> {
    this.drawing.abort()
    const drawing = (this.drawing = new AbortController())
    const { signal } = drawing
    this.error = undefined
    try {
      const small = await (this.small ??= this.shrink())
      const { bytes, mediaType } =
        this.text.trim() === ""
          ? { bytes: new Uint8Array(await small.arrayBuffer()), mediaType: small.type }
          : await this.images.watermark(small, { ...this.options(), signal })
      if (signal.aborted) return
      if (this.preview !== undefined) URL.revokeObjectURL(this.preview)
      this.preview = URL.createObjectURL(new Blob([bytes], { type: mediaType }))
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  private async shrink(): Promise<Blob> {
    const size = { width: previewPixels, height: previewPixels }
    const { bytes, mediaType } = await this.images.resize(this.media, size)
    return new Blob([bytes], { type: mediaType })
  }

  private async download(event: Event): Promise<void> {
    event.preventDefault()
    if (this.isBusy || this.text.trim() === "") return
    this.isBusy = true
    this.error = undefined
    try {
      const { bytes, mediaType } = await this.images.watermark(this.media, { ...this.options(), quality: 0.92 })
      saveFile(new Blob([bytes], { type: mediaType }), `${this.fileName}.jpg`)
      announce(this, words.downloaded)
    } catch (error) {
      this.error = error
    } finally {
      this.isBusy = false
    }
  }
}
