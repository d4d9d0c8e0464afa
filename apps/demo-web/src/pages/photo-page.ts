import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { Pictures } from "../files/pictures.ts"
import type { HistoryService } from "../history/history-service.ts"
import type { LibraryItem, LibraryService, PlayingClip, TransferProgress } from "../library/library-service.ts"
import { announce, navigate } from "../page-events.ts"
import "../parts/capture-details.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { dayAndTime, duration, sizeInWords } from "../parts/figures.ts"
import { PlaybackError } from "../playback/playback-error.ts"
import { saveFile } from "../parts/save-file.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const words = strings.photo

/** Of a downloaded file, by the type that was signed. */
const endings: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/heic": "heic",
  "image/avif": "avif",
  "video/mp4": "mp4",
  "video/webm": "webm",
}

type Doing = "downloading" | "joining" | "exporting" | "deleting"

/** One capture: a photo, or a clip that plays. */
@customElement("darkslide-photo-page")
export class PhotoPage extends Page {
  @property({ attribute: false }) library!: LibraryService
  @property({ attribute: false }) history!: HistoryService
  @property({ attribute: false }) pictures!: Pictures
  @property() captureId = ""
  @state() private item: LibraryItem | undefined
  @state() private picture: { readonly blob: Blob; readonly url: string } | undefined
  @state() private clip: PlayingClip | undefined
  @state() private progress: TransferProgress | undefined
  @state() private pictureError: unknown
  @state() private actionError: unknown
  @state() private doing: Doing | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    void this.load()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.picture !== undefined) URL.revokeObjectURL(this.picture.url)
    this.picture = undefined
    this.closeClip()
  }

  protected override render(): TemplateResult {
    return html`<div class="photo">
        <a class="back" href="/library"><wa-icon name="back"></wa-icon>${words.back}</a>
        <h1 tabindex="-1">${this.headingWords()}</h1>
        <div class="photo-frame">${this.pictureOrReason()}</div>
        <div class="photo-side">${this.facts()} ${this.actions()}</div>
      </div>
      ${this.deleteDialog()}
      <darkslide-capture-details
        .library=${this.library}
        .history=${this.history}
        .pictures=${this.pictures}
        .item=${this.item}
        .media=${this.picture?.blob}
      ></darkslide-capture-details>`
  }

  private get isClip(): boolean {
    return this.item?.refused === undefined && this.item?.kind === "clip"
  }

  private headingWords(): string {
    if (this.item?.refused !== undefined || this.item === undefined) return words.headingUnknown
    const heading = this.isClip ? strings.clip.heading : words.heading
    return heading(dayAndTime(this.item.createdAt))
  }

  private pictureOrReason(): TemplateResult {
    if (this.pictureError !== undefined) return errorNotice(this.pictureError, () => void this.load())
    if (this.clip !== undefined) {
      return html`<video
        src=${this.clip.url}
        aria-label=${this.headingWords()}
        controls
        playsinline
        preload="metadata"
        @error=${this.cannotPlay}
      ></video>`
    }
    if (this.picture !== undefined) return html`<img src=${this.picture.url} alt=${this.headingWords()} />`
    const { bytes = 0, totalBytes = 0 } = this.progress ?? {}
    return html`<div class="photo-wait" role="status">
      <wa-spinner></wa-spinner>
      ${totalBytes > 0 && bytes < totalBytes ? words.fetching(Math.round((bytes / totalBytes) * 100)) : this.openingWords()}
    </div>`
  }

  private openingWords(): string {
    return this.isClip ? strings.clip.opening : words.opening
  }

  private facts(): TemplateResult {
    const { item } = this
    return html`<section class="stack" aria-labelledby="facts">
      <h2 id="facts">${words.facts}</h2>
      <dl class="facts-list">
        ${
          item === undefined || item.refused !== undefined
            ? nothing
            : html`<dt>${words.taken}</dt>
                <dd>${dayAndTime(item.createdAt)}</dd>
                <dt>${words.size}</dt>
                <dd>${sizeInWords(item.mediaBytes)}</dd>
                <dt>${words.type}</dt>
                <dd>${item.mediaType}</dd>
                <dt>${words.device}</dt>
                <dd class="exact">${item.deviceId}</dd>
                ${
                  item.durationSeconds === undefined
                    ? nothing
                    : html`<dt>${strings.clip.length}</dt>
                        <dd>${duration(item.durationSeconds)}</dd>`
                }
                ${
                  item.clip === undefined
                    ? nothing
                    : html`<dt>${strings.clip.part}</dt>
                        <dd>${strings.clip.partOf(item.clip.index + 1, item.clip.last)}</dd>`
                }`
        }
        <dt>${words.identifier}</dt>
        <dd class="exact">${this.captureId}</dd>
      </dl>
      ${
        this.picture === undefined && this.clip === undefined
          ? nothing
          : html`<p class="checked">
              <wa-icon name="shield"></wa-icon><span>${this.isClip ? strings.clip.verified : words.verified}</span>
            </p>`
      }
    </section>`
  }

  private actions(): TemplateResult {
    return html`<section class="actions">
      <div class="action">
        <wa-button
          variant="brand"
          ?disabled=${this.picture === undefined && this.clip === undefined}
          ?loading=${this.doing === "downloading"}
          @click=${this.download}
        >
          <wa-icon slot="start" name="download"></wa-icon>${words.download}
        </wa-button>
        <p class="small soft">${this.isClip ? strings.clip.downloadHelp : words.downloadHelp}</p>
      </div>
      ${this.joinAction()}
      <div class="action">
        <wa-button appearance="outlined" ?loading=${this.doing === "exporting"} @click=${this.exportSealed}>
          <wa-icon slot="start" name="sealed"></wa-icon>${words.exportSealed}
        </wa-button>
        <p class="small soft">${words.exportHelp}</p>
      </div>
      ${this.actionError === undefined ? nothing : errorNotice(this.actionError)}
      <wa-button
        variant="danger"
        appearance="outlined"
        ?loading=${this.doing === "deleting"}
        @click=${this.askToDelete}
      >
        <wa-icon slot="start" name="trash"></wa-icon>${words.delete}
      </wa-button>
    </section>`
  }

  private joinAction(): TemplateResult | typeof nothing {
    if (this.item?.refused !== undefined || this.item?.clip === undefined) return nothing
    return html`<div class="action">
      <wa-button appearance="outlined" ?loading=${this.doing === "joining"} @click=${this.joinRecording}>
        <wa-icon slot="start" name="sealed"></wa-icon>${strings.clip.join}
      </wa-button>
      <p class="small soft">${strings.clip.joinHelp}</p>
    </div>`
  }

  private deleteDialog(): TemplateResult {
    return html`<wa-dialog label=${this.isClip ? strings.clip.deleteTitle : words.deleteTitle}>
      <p>${words.deleteText}</p>
      <wa-button slot="footer" appearance="outlined" data-dialog="close" autofocus>${strings.cancel}</wa-button>
      <wa-button slot="footer" variant="danger" @click=${this.delete}>${words.deleteConfirm}</wa-button>
    </wa-dialog>`
  }

  private get dialog(): WaDialog | null {
    return this.querySelector("wa-dialog")
  }

  private async load(): Promise<void> {
    this.pictureError = undefined
    this.closeClip()
    await this.loadFacts()
    await (this.isClip ? this.loadClip() : this.loadPicture())
  }

  private async loadPicture(): Promise<void> {
    await this.show(async (signal, onProgress) => {
      const blob = await this.library.media(this.captureId, { signal, onProgress })
      if (!signal.aborted) this.picture = { blob, url: URL.createObjectURL(blob) }
    })
  }

  private async loadClip(): Promise<void> {
    await this.show(async (signal, onProgress) => {
      const onRefused = (error: Error): void => this.refuse(error)
      const clip = await this.library.play(this.captureId, { signal, onProgress, onRefused })
      // It may have been refused before the player had it.
      if (signal.aborted || this.pictureError !== undefined) clip.close()
      else this.clip = clip
    })
  }

  private async show(
    open: (signal: AbortSignal, onProgress: (progress: TransferProgress) => void) => Promise<void>,
  ): Promise<void> {
    const signal = this.present
    try {
      await open(signal, (progress) => (this.progress = progress))
    } catch (error) {
      if (!signal.aborted) this.pictureError = error
    }
  }

  private refuse(error: Error): void {
    this.closeClip()
    this.pictureError = error
  }

  /** The service worker says why it stopped a clip; a player alone can only say that. */
  private cannotPlay(): void {
    if (this.clip !== undefined) this.refuse(new PlaybackError("CLIP_UNPLAYABLE", "Cannot play clip"))
  }

  private closeClip(): void {
    this.clip?.close()
    this.clip = undefined
  }

  private async loadFacts(): Promise<void> {
    const signal = this.present
    try {
      this.item = await this.library.item(this.captureId, { signal })
    } catch (error) {
      if (!signal.aborted) this.actionError = error
    }
  }

  private async download(): Promise<void> {
    if (this.picture !== undefined) {
      saveFile(this.picture.blob, `${this.fileName()}.${this.ending()}`)
      return announce(this, words.downloaded)
    }
    await this.act("downloading", async (signal) => {
      saveFile(await this.library.media(this.captureId, { signal }), `${this.fileName()}.${this.ending()}`)
      announce(this, strings.clip.downloaded)
    })
  }

  private async joinRecording(): Promise<void> {
    await this.act("joining", async (signal) => {
      const { saved, series } = await this.library.joinRecording(this.captureId, { signal })
      navigate(this, `/library/${saved.captureId}`)
      announce(this, strings.clip.joined[series])
    })
  }

  private async exportSealed(): Promise<void> {
    await this.act("exporting", async (signal) => {
      saveFile(await this.library.exportSealed(this.captureId, { signal }), `${this.fileName()}.${this.ending()}.age`)
      announce(this, words.exported)
    })
  }

  private askToDelete(): void {
    if (this.dialog !== null) this.dialog.open = true
  }

  private async delete(): Promise<void> {
    if (this.dialog !== null) this.dialog.open = false
    announce(this, words.deleting)
    await this.act("deleting", async (signal) => {
      await this.library.delete(this.captureId, { signal })
      // The picture is gone either way. A record that outlives it goes by its tombstone: see `catch-up.ts`.
      await this.history.remove([this.captureId], { signal }).catch((error: unknown) => console.warn("history:", error))
      navigate(this, "/library")
      announce(this, strings.library.deleted)
    })
  }

  private async act(doing: Doing, action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.doing !== undefined) return
    const signal = this.present
    this.doing = doing
    this.actionError = undefined
    try {
      await action(signal)
    } catch (error) {
      if (!signal.aborted) this.actionError = error
    } finally {
      this.doing = undefined
    }
  }

  private ending(): string {
    return this.item?.refused === undefined ? (endings[this.item?.mediaType ?? ""] ?? "bin") : "bin"
  }

  /** Such as `darkslide-2026-11-20-kHd2`: sortable, and telling no more than the photo itself does. */
  private fileName(): string {
    const day =
      this.item?.refused === undefined && this.item !== undefined
        ? `${new Date(this.item.createdAt).toISOString().slice(0, 10)}-`
        : ""
    return `darkslide-${day}${this.captureId.slice(0, 6)}`
  }
}
