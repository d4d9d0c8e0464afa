import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import { wordsForError } from "../error-words.ts"
import { fileStrings as words } from "../file-strings.ts"
import { cleanings, type Cleaning } from "../files/file-details.ts"
import { isOver, noFiles, type FileItem, type FilesService, type FilesView } from "../files/files-service.ts"
import { announce } from "../page-events.ts"
import { sizeInWords } from "./figures.ts"
import { PageElement } from "../page-element.ts"

const choices = cleanings.filter((cleaning) => cleaning !== "redrawn")

/** Files by choice, drop and paste, and how far each has come. Sends `darkslide-files-added` when all are through. */
@customElement("darkslide-add-files")
export class AddFiles extends PageElement {
  @property({ attribute: false }) files!: FilesService
  @state() private view: FilesView = noFiles
  @state() private cleaning: Exclude<Cleaning, "redrawn"> = "strict"
  @state() private isOverDrop = false

  override connectedCallback(): void {
    super.connectedCallback()
    const signal = this.present
    document.addEventListener("paste", (event) => this.paste(event), { signal })
    // Dropped beside the field, a file would otherwise take the place of the whole app.
    document.addEventListener("dragover", (event) => this.drag(event), { signal })
    document.addEventListener("dragleave", (event) => this.leave(event), { signal })
    document.addEventListener("drop", (event) => this.drop(event), { signal })
    void this.follow(signal)
  }

  protected override render(): TemplateResult {
    return html`<section class=${this.isOverDrop ? "add-files over" : "add-files"} aria-label=${words.add}>
        <div class="add-files-actions">
          <wa-button variant="brand" @click=${() => this.querySelector<HTMLInputElement>("#files")?.click()}>
            <wa-icon slot="start" name="upload"></wa-icon>${words.add}
          </wa-button>
          <wa-button appearance="outlined" href="/search">
            <wa-icon slot="start" name="search"></wa-icon>${words.search}
          </wa-button>
          <input
            id="files"
            type="file"
            multiple
            accept="image/*,video/mp4,video/webm,.heic,.avif,.jxl,.tif,.tiff"
            hidden
            aria-label=${words.add}
            @change=${this.choose}
          />
          <p class="small soft add-files-drop">${this.isOverDrop ? words.dropNow : words.drop}</p>
        </div>
        <details class="add-files-cleaning">
          <summary class="small">
            ${words.cleaningIs(words.cleanings[this.cleaning])}<wa-icon name="chevron-down"></wa-icon>
          </summary>
          <div class="field">
            <label for="cleaning">${words.cleaning}</label>
            <div class="select">
              <select id="cleaning" aria-describedby="cleaning-help" @change=${this.chooseCleaning}>
                ${choices.map(
                  (name) =>
                    html`<option value=${name} ?selected=${this.cleaning === name}>${words.cleanings[name]}</option>`,
                )}
              </select>
              <wa-icon name="chevron-down"></wa-icon>
            </div>
            <p class="help" id="cleaning-help">${words.cleaningHelp}</p>
          </div>
        </details>
      </section>
      ${this.view.items.length === 0 ? nothing : this.list()}`
  }

  protected override updated(changed: PropertyValues<{ view: FilesView }>): void {
    const before = changed.get("view")
    const { items } = this.view
    if (before === undefined || items.length === 0) return
    const wasThrough = before.items.length > 0 && before.items.every(hasStopped)
    if (wasThrough && before.items.length === items.length) return
    if (!items.every(hasStopped) || before.items.every(hasStopped)) return
    announce(this, this.summary())
    this.dispatchEvent(new CustomEvent("darkslide-files-added"))
  }

  private list(): TemplateResult {
    const { items } = this.view
    const done = items.filter(hasStopped).length
    const total = items.reduce((sum, { bytes }) => sum + bytes, 0)
    const sent = items.reduce((sum, item) => sum + (hasStopped(item) ? item.bytes : item.sentBytes), 0)
    return html`<section class="added" aria-label=${words.label}>
      <div class="added-head">
        <strong>${done === items.length ? this.summary() : words.progress(done, items.length)}</strong>
        <progress max=${Math.max(1, total)} .value=${sent} aria-label=${words.overall}></progress>
        ${
          done === items.length
            ? html`<button class="plain" type="button" @click=${() => this.files.clear()}>${words.clear}</button>`
            : html`<button class="plain" type="button" @click=${() => this.files.cancelAll()}>
                ${words.cancelAll}
              </button>`
        }
      </div>
      <ul class="added-list">
        ${repeat(
          items,
          ({ id }) => id,
          (item) => this.row(item),
        )}
      </ul>
    </section>`
  }

  private row(item: FileItem): TemplateResult {
    const { id, name, bytes, sentBytes, state: itemState, captureId } = item
    return html`<li class="added-file" data-state=${itemState}>
      <span class="added-words">
        <span class="added-name">${name}</span>
        <span class="small soft">${sizeInWords(bytes)} · ${words.states[itemState]}</span>
        ${reasonOf(item)}
      </span>
      ${
        itemState === "reading" || itemState === "uploading"
          ? html`<progress
              max=${Math.max(1, bytes)}
              .value=${sentBytes}
              aria-label=${words.progressOf(name)}
            ></progress>`
          : nothing
      }
      <span class="added-actions">
        ${
          itemState === "offered"
            ? html`<button
                class="plain"
                type="button"
                aria-label=${words.redrawOf(name)}
                @click=${() => this.files.redraw(id)}
              >
                ${words.redraw}
              </button>`
            : nothing
        }
        ${
          captureId !== undefined && (itemState === "done" || itemState === "kept")
            ? html`<a href="/library/${captureId}" aria-label=${words.viewOf(name)}>${words.view}</a>`
            : nothing
        }
        ${
          isOver(item)
            ? nothing
            : html`<button
                class="plain"
                type="button"
                aria-label=${words.cancelOf(name)}
                @click=${() => this.files.cancel(id)}
              >
                ${words.cancel}
              </button>`
        }
      </span>
    </li>`
  }

  private summary(): string {
    const added = this.view.items.filter(({ state: each }) => each === "done" || each === "kept").length
    return words.summary(added, this.view.items.length - added)
  }

  private choose(event: Event): void {
    const input = event.target as HTMLInputElement
    this.take([...(input.files ?? [])])
    input.value = ""
  }

  private chooseCleaning(event: Event): void {
    const { value } = event.target as HTMLSelectElement
    this.cleaning = choices.find((name) => name === value) ?? "strict"
  }

  private paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    this.take(files)
    announce(this, words.pasted(files.length))
  }

  private drag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    this.isOverDrop = true
  }

  private leave(event: DragEvent): void {
    if (event.relatedTarget === null) this.isOverDrop = false
  }

  private drop(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    this.isOverDrop = false
    this.take([...event.dataTransfer.files])
  }

  private take(files: readonly File[]): void {
    if (files.length > 0) this.files.add(files, { cleaning: this.cleaning })
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for await (const view of this.files.views({ signal })) this.view = view
  }
}

/** Over, or waiting for a decision. */
function hasStopped(item: FileItem): boolean {
  return isOver(item) || item.state === "offered"
}

function reasonOf({ state: itemState, error }: FileItem): TemplateResult | typeof nothing {
  if (itemState === "offered") return html`<span class="small">${words.offered}</span>`
  if (itemState !== "refused") return nothing
  const { what, todo } = wordsForError(error)
  return html`<span class="small added-reason">${what} ${todo}</span>`
}
