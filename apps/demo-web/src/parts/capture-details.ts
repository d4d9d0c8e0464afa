import { readMetadata, scrubMetadata, type ImageMetadata } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"
import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { detailStrings as words } from "../detail-strings.ts"
import { factGroups, hiddenThings, type FactGroup } from "../files/fact-groups.ts"
import { fromJsonDetails, type FileDetails } from "../files/file-details.ts"
import { histogramOfPicture, type Histogram } from "../files/histogram.ts"
import type { Pictures } from "../files/pictures.ts"
import { placeForms } from "../files/place-forms.ts"
import { pictureWords } from "../files/picture-changes.ts"
import { replaceCapture } from "../files/replace-capture.ts"
import type { HistoryService } from "../history/history-service.ts"
import type { LibraryItem, LibraryService } from "../library/library-service.ts"
import { announce, navigate } from "../page-events.ts"
import { strings } from "../strings.ts"
import type { EditedRecord } from "./edit-record.ts"
import "./edit-record.ts"
import { errorNotice } from "./error-notice.ts"
import { histogramCard } from "./histogram.ts"
import { locationPanel } from "./location-panel.ts"
import { saveFile } from "./save-file.ts"
import "./watermark-dialog.ts"
import { PageElement } from "../page-element.ts"

const { actions } = words
/** What the watermark can be drawn on, and words be written into. */
const drawable = ["image/jpeg", "image/png", "image/webp"]

/** What is known about a capture, and what can be done with that. */
@customElement("darkslide-capture-details")
export class CaptureDetails extends PageElement {
  @property({ attribute: false }) library!: LibraryService
  @property({ attribute: false }) history!: HistoryService
  @property({ attribute: false }) pictures!: Pictures
  @property({ attribute: false }) item: LibraryItem | undefined
  /** The opened picture; absent for clips and until it is there. */
  @property({ attribute: false }) media: Blob | undefined
  @state() private file: FileDetails | undefined
  @state() private own: ImageMetadata | undefined
  @state() private record: HistoryRecord | undefined
  @state() private histogram: Histogram | undefined
  @state() private doing: "place" | "all" | "clean" | "edit" | undefined
  @state() private asked: "place" | "all" = "place"
  @state() private isMarking = false
  @state() private isEditing = false
  @state() private error: unknown

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("item") && this.item !== undefined) void this.load()
    if (changed.has("media") && this.media !== undefined) void this.look(this.media)
  }

  protected override render(): TemplateResult | typeof nothing {
    const { item } = this
    if (item === undefined || item.refused !== undefined) return nothing
    const metadata = this.file?.original ?? this.own
    return html`<section class="details" aria-labelledby="details">
        <div class="details-head">
          <h2 id="details">${words.heading}</h2>
          ${this.origin()}
        </div>
        ${this.doings()} ${this.error === undefined ? nothing : errorNotice(this.error)}
        <div class="facts-cards">
          ${metadata === undefined ? nothing : this.cards(metadata)}
          ${this.histogram === undefined ? nothing : histogramCard(this.histogram)}
        </div>
      </section>
      ${this.replaceDialog()}
      ${
        this.isEditing
          ? html`<darkslide-edit-record
              .record=${this.record ?? { id: item.captureId }}
              .words=${
                this.media !== undefined && drawable.includes(this.media.type)
                  ? pictureWords(this.own, this.file?.original, this.record)
                  : undefined
              }
              @darkslide-closed=${this.closeDialogs}
              @darkslide-edited=${(event: CustomEvent<EditedRecord>) => this.keep(event.detail)}
            ></darkslide-edit-record>`
          : nothing
      }
      ${
        this.isMarking && this.media !== undefined
          ? html`<darkslide-watermark-dialog
              .media=${this.media}
              .images=${this.pictures.images}
              fileName=${`darkslide-${item.captureId.slice(0, 6)}-marked`}
              @darkslide-closed=${this.closeDialogs}
            ></darkslide-watermark-dialog>`
          : nothing
      }`
  }

  private origin(): TemplateResult {
    if (this.file === undefined) return html`<p class="small soft">${words.fromPicture}</p>`
    const kept = this.writtenRows().length > 0 ? words.writtenSince : words.cleanedBy[this.file.cleaning]
    return html`<p class="small soft">${words.private} ${kept}</p>`
  }

  private cards(metadata: ImageMetadata): TemplateResult {
    const groups = factGroups(metadata, { fileName: this.file?.fileName })
    return html`${this.editedCard()} ${this.pictureCard()} ${locationPanel(metadata.location)}
    ${groups.length === 0 ? html`<p class="soft">${words.none}</p>` : groups.map(factsCard)}
    ${this.hiddenCard(metadata)}`
  }

  /** What the history says otherwise than the file. */
  private editedCard(): TemplateResult | typeof nothing {
    const { title, description, keywords, place } = this.record ?? {}
    const said = this.file?.original.description ?? this.own?.description
    const { fields, edit } = { fields: words.fields, edit: words.edit }
    const rows = [
      title !== undefined && title !== said?.title ? ([fields.title, title] as const) : undefined,
      description !== undefined && description !== said?.description
        ? ([fields.text, description] as const)
        : undefined,
      keywords !== undefined && keywords.join() !== said?.keywords?.join()
        ? ([fields.keywords, keywords.join(", ")] as const)
        : undefined,
      place?.name === undefined ? undefined : ([edit.place, place.name] as const),
    ].filter((row) => row !== undefined)
    return rows.length === 0 ? nothing : factsCard({ title: words.yours, rows })
  }

  /** What the kept picture itself says, where what is shown else is what the file said before. */
  private writtenRows(): FactGroup["rows"] {
    const { own, file } = this
    if (own === undefined || file === undefined) return []
    const { time, description } = words.groups
    const groups = factGroups(own, {}).filter(({ title }) => title === time || title === description)
    const place = own.location === undefined ? [] : [[words.place.decimal, placeForms(own.location).decimal] as const]
    return [...groups.flatMap(({ rows }) => rows), ...place]
  }

  private pictureCard(): TemplateResult | typeof nothing {
    const rows = this.writtenRows()
    return rows.length === 0 ? nothing : factsCard({ title: words.inPicture, rows })
  }

  private hiddenCard(metadata: ImageMetadata): TemplateResult {
    const things = hiddenThings(metadata)
    const removed = this.file?.removed.length ?? 0
    return html`<section class="facts-card" aria-labelledby="hidden">
      <h3 id="hidden"><wa-icon name="eye"></wa-icon>${words.hidden}</h3>
      ${
        things.length === 0
          ? html`<p class="soft">${words.noHidden}</p>`
          : html`<p class="small soft">${words.hiddenHelp}</p>
              <ul class="hidden-things">
                ${things.map((thing) => html`<li>${thing}</li>`)}
              </ul>`
      }
      ${removed === 0 ? nothing : html`<p class="small soft">${words.removed(removed)}.</p>`}
      ${metadata.issues.length === 0 ? nothing : html`<p class="small soft">${words.issues(metadata.issues.length)}.</p>`}
      ${
        things.length > 0 && this.file?.cleaning !== "gps-only" && this.file !== undefined
          ? html`<p class="checked"><wa-icon name="shield"></wa-icon><span>${words.hiddenGone}</span></p>`
          : nothing
      }
    </section>`
  }

  private doings(): TemplateResult {
    const { item, media, file, own } = this
    const isPicture = media !== undefined && item?.refused === undefined
    const hasPlace = (file?.original.location ?? own?.location ?? this.record?.place) !== undefined
    const busy = this.doing !== undefined
    return html`<div class="doings" role="group" aria-label=${actions.heading}>
      ${this.action("edit", actions.edit, actions.editHelp, busy, () => (this.isEditing = true), "edit")}
      ${
        isPicture && hasPlace
          ? this.action(
              "place",
              actions.removeLocation,
              actions.removeLocationHelp,
              busy,
              () => this.ask("place"),
              "place",
            )
          : nothing
      }
      ${isPicture ? this.action("shield", actions.scrub, actions.scrubHelp, busy, () => this.ask("all"), "all") : nothing}
      ${
        isPicture && drawable.includes(media.type)
          ? this.action("watermark", actions.watermark, actions.watermarkHelp, busy, () => (this.isMarking = true))
          : nothing
      }
      ${isPicture ? this.action("download", actions.clean, actions.cleanHelp, busy, () => void this.downloadClean(), "clean") : nothing}
    </div>`
  }

  private action(
    icon: string,
    label: string,
    help: string,
    busy: boolean,
    act: () => void,
    doing?: "place" | "all" | "clean" | "edit",
  ): TemplateResult {
    return html`<div class="action">
      <wa-button
        appearance="outlined"
        ?disabled=${busy}
        ?loading=${doing !== undefined && this.doing === doing}
        @click=${act}
      >
        <wa-icon slot="start" name=${icon}></wa-icon>${label}
      </wa-button>
      <p class="small soft">${help}</p>
    </div>`
  }

  private replaceDialog(): TemplateResult {
    const isPlace = this.asked === "place"
    return html`<wa-dialog class="replace" label=${isPlace ? actions.removeLocationTitle : actions.scrubTitle}>
      <p>${actions.replaceText}</p>
      <wa-button slot="footer" appearance="outlined" data-dialog="close" autofocus>${strings.cancel}</wa-button>
      <wa-button slot="footer" variant="danger" @click=${() => void this.replace()}>
        ${isPlace ? actions.confirmLocation : actions.confirmScrub}
      </wa-button>
    </wa-dialog>`
  }

  private ask(what: "place" | "all"): void {
    this.asked = what
    const dialog = this.querySelector<HTMLElement & { open: boolean }>("wa-dialog.replace")
    if (dialog !== null) dialog.open = true
  }

  private closeDialogs(): void {
    this.isEditing = false
    this.isMarking = false
  }

  private async replace(): Promise<void> {
    const dialog = this.querySelector<HTMLElement & { open: boolean }>("wa-dialog.replace")
    if (dialog !== null) dialog.open = false
    const { item, asked: forget } = this
    if (item === undefined) return
    await this.act(forget, async (signal) => {
      const { library, history } = this
      const captureId = await replaceCapture(item.captureId, forget, { library, history, now: Date.now(), signal })
      navigate(this, `/library/${captureId}`)
      announce(this, actions.replaced)
    })
  }

  private async downloadClean(): Promise<void> {
    const { media, item } = this
    if (media === undefined || item === undefined) return
    await this.act("clean", async (signal) => {
      const { bytes } = await scrubMetadata(new Uint8Array(await media.arrayBuffer()), { policy: "strict", signal })
      const ending = media.type.split("/")[1]?.replace("jpeg", "jpg") ?? "bin"
      saveFile(new Blob([bytes], { type: media.type }), `darkslide-${item.captureId.slice(0, 6)}-clean.${ending}`)
      announce(this, actions.downloaded)
    })
  }

  private async keep({ record, changes }: EditedRecord): Promise<void> {
    this.isEditing = false
    const { item, library, history } = this
    if (item === undefined) return
    await this.act(changes === undefined ? undefined : "edit", async (signal) => {
      if (changes === undefined) {
        await history.append([record], { signal })
        this.record = record
        announce(this, actions.saved)
        return
      }
      const how = { changes, record }
      const captureId = await replaceCapture(item.captureId, how, { library, history, now: Date.now(), signal })
      navigate(this, `/library/${captureId}`)
      announce(this, actions.written)
    })
  }

  private async load(): Promise<void> {
    const { item } = this
    if (item === undefined || item.refused !== undefined) return
    await this.act(undefined, async (signal) => {
      this.file = fromJsonDetails(await this.library.details(item.captureId, { signal }))
      this.record = await this.history.get(item.captureId, { signal })
    })
  }

  /** What the kept picture itself says matters where no file was read before. */
  private async look(media: Blob): Promise<void> {
    await this.act(undefined, async (signal) => {
      this.own = await readMetadata(new Uint8Array(await media.arrayBuffer()), { signal })
      this.histogram = await histogramOfPicture(media)
    })
  }

  private async act(doing: typeof this.doing, action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = this.present
    if (doing !== undefined) this.doing = doing
    this.error = undefined
    try {
      await action(signal)
    } catch (error) {
      if (!signal.aborted) this.error = error
    } finally {
      if (doing !== undefined) this.doing = undefined
    }
  }
}

function factsCard({ title, rows }: FactGroup): TemplateResult {
  const id = `facts-${title.toLowerCase().replaceAll(/[^a-z]/g, "")}`
  return html`<section class="facts-card" aria-labelledby=${id}>
    <h3 id=${id}>${title}</h3>
    <dl class="facts-list">
      ${rows.map(
        ([label, value]) =>
          html`<dt>${label}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </section>`
}
