import type { HistoryRecord } from "@darkslide/metadata/history"
import { html, LitElement, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { detailStrings } from "../detail-strings.ts"
import { strings } from "../strings.ts"

const words = detailStrings.edit
const zone = /^(?:Z|[+-](?:0\d|1[0-8]):[0-5]\d)$/

/** What a person writes about a photo. Sends `darkslide-edited` with the record, or `darkslide-closed`. */
@customElement("darkslide-edit-record")
export class EditRecord extends LitElement {
  @property({ attribute: false }) record!: HistoryRecord
  @state() private isOffsetInvalid = false

  protected override createRenderRoot(): HTMLElement {
    return this
  }

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
      </form>
      <wa-button slot="footer" appearance="outlined" data-dialog="close">${strings.cancel}</wa-button>
      <wa-button slot="footer" variant="brand" @click=${this.save}>${words.save}</wa-button>
    </wa-dialog>`
  }

  private close(event: Event): void {
    if (event.target === this.querySelector("wa-dialog")) this.dispatchEvent(new CustomEvent("darkslide-closed"))
  }

  private save(event: Event): void {
    event.preventDefault()
    const offset = this.text("edit-offset")
    this.isOffsetInvalid = offset !== undefined && !zone.test(offset)
    if (this.isOffsetInvalid) return this.querySelector<HTMLInputElement>("#edit-offset")?.focus()
    const detail = this.edited(offset)
    this.dispatchEvent(new CustomEvent<HistoryRecord>("darkslide-edited", { detail }))
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
