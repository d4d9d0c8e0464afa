import type { MetadataChanges } from "@darkslide/metadata"
import type { HistoryRecord } from "@darkslide/metadata/history"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { detailStrings } from "../detail-strings.ts"
import { parsePlace, pictureChanges, type PictureWords } from "../files/picture-changes.ts"
import { placeForms } from "../files/place-forms.ts"
import { strings } from "../strings.ts"
import { PageElement } from "../page-element.ts"

const words = detailStrings.edit
const zone = /^(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

/** What was saved. */
export interface EditedRecord {
  readonly record: HistoryRecord
  /** For the picture itself; absent when only the history is to say it. */
  readonly changes?: MetadataChanges
}

/** What a person writes about a photo. Sends `darkslide-edited` with an `EditedRecord`, or `darkslide-closed`. */
@customElement("darkslide-edit-record")
export class EditRecord extends PageElement {
  @property({ attribute: false }) record!: HistoryRecord
  /** What the picture says beside that; absent for one that cannot be written. */
  @property({ attribute: false }) words: PictureWords | undefined
  @state() private isOffsetInvalid = false
  @state() private isPlaceInvalid = false
  @state() private isWriting = false

  protected override render(): TemplateResult {
    const { title, description, keywords, place, taken, flags } = this.record
    return html`<wa-dialog label=${words.heading} open @wa-after-hide=${this.close}>
      <form class="edit-form" id="edit" @submit=${this.save}>
        ${field("edit-title", words.title, html`<input id="edit-title" maxlength="512" .value=${title ?? ""} autofocus />`)}
        ${field(
          "edit-description",
          words.description,
          html`<textarea id="edit-description" rows="3" maxlength="4096" .value=${description ?? ""}></textarea>`,
        )}
        ${field(
          "edit-keywords",
          words.keywords,
          html`<input id="edit-keywords" aria-describedby="edit-keywords-help" .value=${keywords?.join(", ") ?? ""} />
            <p class="help" id="edit-keywords-help">${words.keywordsHelp}</p>`,
        )}
        ${
          place === undefined
            ? ""
            : field(
                "edit-place",
                words.place,
                html`<input id="edit-place" maxlength="256" .value=${place.name ?? ""} />`,
              )
        }
        <div class="edit-time">
          ${field(
            "edit-taken",
            words.taken,
            html`<input id="edit-taken" type="datetime-local" step="1" .value=${taken?.local.slice(0, 19) ?? ""} />`,
          )}
          ${field(
            "edit-offset",
            words.offset,
            html`<input
                id="edit-offset"
                maxlength="6"
                aria-describedby="edit-offset-help"
                aria-invalid=${this.isOffsetInvalid}
                .value=${taken?.offset ?? ""}
              />
              <p class="help" id="edit-offset-help">
                ${this.isOffsetInvalid ? words.offsetInvalid : words.offsetHelp}
              </p>`,
          )}
        </div>
        <label class="check"
          ><input
            id="edit-favorite"
            type="checkbox"
            .checked=${flags?.includes("favorite") ?? false}
          />${words.favorite}</label
        >
        ${this.words === undefined ? nothing : this.pictureFields(this.words)}
      </form>
      <wa-button slot="footer" appearance="outlined" data-dialog="close">${strings.cancel}</wa-button>
      <wa-button slot="footer" variant="brand" @click=${this.save}>${words.save}</wa-button>
    </wa-dialog>`
  }

  private pictureFields({ artists, copyright, place }: PictureWords): TemplateResult {
    return html`<label class="check"
        ><input
          id="edit-write"
          type="checkbox"
          aria-describedby="edit-write-help"
          .checked=${this.isWriting}
          @change=${(event: Event) => (this.isWriting = (event.target as HTMLInputElement).checked)}
        />${words.write}</label
      >
      <p class="small soft" id="edit-write-help">${words.writeHelp}</p>
      ${
        this.isWriting
          ? html`${field(
              "edit-artist",
              words.artist,
              html`<input
                  id="edit-artist"
                  maxlength="512"
                  aria-describedby="edit-artist-help"
                  .value=${artists.join("; ")}
                />
                <p class="help" id="edit-artist-help">${words.artistHelp}</p>`,
            )}
            ${field(
              "edit-copyright",
              words.copyright,
              html`<input id="edit-copyright" maxlength="512" .value=${copyright} />`,
            )}
            ${field(
              "edit-coordinates",
              words.coordinates,
              html`<input
                  id="edit-coordinates"
                  maxlength="64"
                  aria-describedby="edit-coordinates-help"
                  aria-invalid=${this.isPlaceInvalid}
                  .value=${place === undefined ? "" : placeForms(place).decimal}
                />
                <p class="help" id="edit-coordinates-help">
                  ${this.isPlaceInvalid ? words.coordinatesInvalid : words.coordinatesHelp}
                </p>`,
            )}`
          : nothing
      }`
  }

  private close(event: Event): void {
    if (event.target === this.querySelector("wa-dialog")) this.dispatchEvent(new CustomEvent("darkslide-closed"))
  }

  private save(event: Event): void {
    event.preventDefault()
    const offset = this.text("edit-offset")
    this.isOffsetInvalid = offset !== undefined && !zone.test(offset)
    if (this.isOffsetInvalid) return this.querySelector<HTMLInputElement>("#edit-offset")?.focus()
    const record = this.edited(offset)
    const detail = this.isWriting ? this.written(record) : { record }
    if (detail !== undefined) this.dispatchEvent(new CustomEvent<EditedRecord>("darkslide-edited", { detail }))
  }

  /** With what the picture is to say; `undefined` when a place is none. */
  private written(record: HistoryRecord): EditedRecord | undefined {
    const text = this.text("edit-coordinates")
    const old = this.words?.place
    // A place that was left as it is keeps its digits and its altitude.
    const isOld = old !== undefined && text === placeForms(old).decimal
    const place = text === undefined ? undefined : isOld ? old : parsePlace(text)
    this.isPlaceInvalid = text !== undefined && place === undefined
    if (this.isPlaceInvalid) {
      this.querySelector<HTMLInputElement>("#edit-coordinates")?.focus()
      return undefined
    }
    const artists = this.text("edit-artist")?.split(";") ?? []
    const changes = pictureChanges(record, { artists, copyright: this.text("edit-copyright") ?? "", place })
    return { record: { ...record, place: place && { ...place, name: record.place?.name } }, changes }
  }

  private edited(offset: string | undefined): HistoryRecord {
    const { record } = this
    const local = this.text("edit-taken")
    const keywords = [
      ...new Set(
        this.text("edit-keywords")
          ?.split(",")
          .map((word) => word.trim().slice(0, 64)),
      ),
    ]
    const named = keywords.filter((word) => word !== "").slice(0, 64)
    const isFavorite = this.querySelector<HTMLInputElement>("#edit-favorite")?.checked ?? false
    const flags = [...(record.flags ?? []).filter((flag) => flag !== "favorite"), ...(isFavorite ? ["favorite"] : [])]
    return {
      ...record,
      title: this.text("edit-title"),
      description: this.text("edit-description"),
      keywords: named.length > 0 ? named : undefined,
      place: record.place && { ...record.place, name: this.text("edit-place") },
      // Chromium leaves seconds out where they are zero.
      taken: local === undefined ? undefined : { local: local.length === 16 ? `${local}:00` : local, offset },
      flags: flags.length > 0 ? flags : undefined,
    }
  }

  private text(id: string): string | undefined {
    return this.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${id}`)?.value.trim() || undefined
  }
}

function field(id: string, label: string, input: TemplateResult): TemplateResult {
  return html`<div class="field"><label for=${id}>${label}</label>${input}</div>`
}
