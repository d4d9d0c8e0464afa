import type { HistoryPage, HistoryRecord, HistorySummary } from "@darkslide/metadata/history"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import { catchUp } from "../history/catch-up.ts"
import type { HistoryFormat, HistoryService } from "../history/history-service.ts"
import { emptyForm, pageSize, queryOf, type SearchForm } from "../history/search-form.ts"
import type { LibraryService } from "../library/library-service.ts"
import { announce } from "../page-events.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { mark } from "../parts/mark.ts"
import { saveFile } from "../parts/save-file.ts"
import { searchResult } from "../parts/search-result.ts"
import { searchStrings as words } from "../search-strings.ts"
import { Page } from "./page.ts"

/** The form of each history, so that Back from a photo comes to the same results. It goes with the history's keys. */
const remembered = new WeakMap<HistoryService, { readonly form: SearchForm; readonly page: number }>()

/** Words and filters over the whole history. */
@customElement("darkslide-search-page")
export class SearchPage extends Page {
  @property({ attribute: false }) library!: LibraryService
  @property({ attribute: false }) history!: HistoryService
  @state() private form = emptyForm
  @state() private pageNumber = 0
  @state() private found: HistoryPage | undefined
  @state() private summary: HistorySummary | undefined
  @state() private isCatchingUp = false
  @state() private isBoxInvalid = false
  @state() private error: unknown
  @state() private actionError: unknown
  private latest = 0

  override connectedCallback(): void {
    super.connectedCallback()
    const before = remembered.get(this.history)
    if (before !== undefined) ({ form: this.form, page: this.pageNumber } = before)
    void this.load()
  }

  protected override render(): TemplateResult {
    return html`<a class="back" href="/library"><wa-icon name="back"></wa-icon>${words.back}</a>
      <div class="page-head">
        <h1 tabindex="-1">${words.heading}</h1>
        <p class="lead">${words.lead}</p>
      </div>
      <form class="search-form" role="search" @submit=${this.submit} @input=${this.typed} @change=${this.typed}>
        <div class="search-words">
          <div class="field">
            <label for="words">${words.words}</label>
            <input
              id="words"
              type="search"
              autocomplete="off"
              aria-describedby="words-help"
              .value=${this.form.words}
            />
            <p class="help" id="words-help">${words.wordsHelp}</p>
          </div>
          <wa-button type="submit" variant="brand"
            ><wa-icon slot="start" name="search"></wa-icon>${words.find}</wa-button
          >
        </div>
        <details class="search-filters" ?open=${this.hasFilters()}>
          <summary>${words.filters}<wa-icon name="chevron-down"></wa-icon></summary>
          ${this.filters()}
        </details>
      </form>
      ${this.error === undefined ? this.results() : errorNotice(this.error, () => void this.load())} ${this.takeAway()}`
  }

  private filters(): TemplateResult {
    const { form } = this
    const cameras = this.summary?.cameras.map(({ name }) => [name, name] as const) ?? []
    return html`<div class="search-grid">
      ${this.dateField("from", words.from)} ${this.dateField("to", words.to)}
      ${this.choice("camera", words.camera, [["", words.anyCamera], ...cameras])}
      ${this.choice("place", words.place, [
        ["any", words.anyPlace],
        ["with", words.withPlace],
        ["without", words.withoutPlace],
        ["box", words.inBox],
      ])}
      ${this.choice("flag", words.kind, [["", words.anyKind], ...Object.entries(words.flags)])}
      ${this.choice("sort", words.sort, [
        ["", form.words.trim() === "" ? words.sorts.newest : words.sorts.best],
        ...Object.entries(words.sorts).filter(([name]) => name !== (form.words.trim() === "" ? "newest" : "best")),
      ])}
      ${
        form.place === "box"
          ? html`<fieldset class="search-box">
              <legend>${words.inBox}</legend>
              ${(["south", "west", "north", "east"] as const).map(
                (side) =>
                  html`<div class="field">
                    <label for=${side}>${words.box[side]}</label>
                    <input
                      id=${side}
                      inputmode="text"
                      autocomplete="off"
                      aria-describedby="box-help"
                      aria-invalid=${this.isBoxInvalid}
                      .value=${form[side]}
                    />
                  </div>`,
              )}
              <p class="help" id="box-help">${this.isBoxInvalid ? words.boxInvalid : words.boxHelp}</p>
            </fieldset>`
          : nothing
      }
      <wa-button class="search-clear" appearance="outlined" @click=${this.clear}>${words.clear}</wa-button>
    </div>`
  }

  private dateField(name: "from" | "to", label: string): TemplateResult {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} type="date" .value=${this.form[name]} />
    </div>`
  }

  private choice(
    name: keyof SearchForm,
    label: string,
    options: readonly (readonly [string, string])[],
  ): TemplateResult {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <div class="select">
        <select id=${name}>
          ${options.map(
            ([value, text]) => html`<option value=${value} ?selected=${this.form[name] === value}>${text}</option>`,
          )}
        </select>
        <wa-icon name="chevron-down"></wa-icon>
      </div>
    </div>`
  }

  private results(): TemplateResult {
    const { found, summary } = this
    if (found === undefined || summary === undefined) {
      return html`<p class="search-wait" role="status"><wa-spinner></wa-spinner>${words.opening}</p>`
    }
    if (summary.records === 0 && !this.isCatchingUp) return emptyState(html`<h2>${words.emptyTitle}</h2>`, words.empty)
    const first = this.pageNumber * pageSize
    return html`<section aria-labelledby="found">
      <h2 class="search-count" id="found" tabindex="-1">
        ${words.found(found.total, first + 1, first + found.records.length)}
        ${this.isCatchingUp ? html`<span class="soft small">${words.catchingUp}</span>` : nothing}
      </h2>
      ${
        found.total === 0
          ? emptyState(html`<h3>${words.nothingTitle}</h3>`, words.nothing)
          : html`<ul class="search-results">
              ${repeat(
                found.records,
                ({ id }) => id,
                (record: HistoryRecord) => html`<li>${searchResult(record, this.library)}</li>`,
              )}
            </ul>`
      }
      ${found.total > pageSize ? this.pages(found.total) : nothing}
    </section>`
  }

  private pages(total: number): TemplateResult {
    const isLast = (this.pageNumber + 1) * pageSize >= total
    return html`<nav class="search-pages" aria-label=${words.pages}>
      <wa-button appearance="outlined" ?disabled=${this.pageNumber === 0} @click=${() => this.turn(-1)}>
        ${words.previous}
      </wa-button>
      <wa-button appearance="outlined" ?disabled=${isLast} @click=${() => this.turn(1)}>${words.next}</wa-button>
    </nav>`
  }

  private takeAway(): TemplateResult {
    return html`<section class="search-yours" aria-labelledby="yours">
      <h2 id="yours">${words.yours}</h2>
      <p class="small soft">${words.yoursHelp}</p>
      ${this.actionError === undefined ? nothing : errorNotice(this.actionError)}
      <div class="row-wrap">
        <wa-button appearance="outlined" @click=${() => this.export("jsonl")}>${words.exportJson}</wa-button>
        <wa-button appearance="outlined" @click=${() => this.export("csv")}>${words.exportCsv}</wa-button>
        <wa-button appearance="outlined" @click=${() => this.querySelector<HTMLInputElement>("#import")?.click()}>
          ${words.import}
        </wa-button>
        <input
          id="import"
          type="file"
          accept=".jsonl,.ndjson,application/jsonl"
          hidden
          aria-label=${words.import}
          @change=${this.import}
        />
      </div>
    </section>`
  }

  private hasFilters(): boolean {
    const { words: _, ...filters } = this.form
    const { words: __, ...none } = emptyForm
    return JSON.stringify(filters) !== JSON.stringify(none)
  }

  private typed(event: Event): void {
    const { target } = event
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return
    if (target.type === "file") return
    const before = this.form
    this.form = { ...this.form, [target.id]: target.value }
    if (JSON.stringify(before) === JSON.stringify(this.form)) return
    this.pageNumber = 0
    void this.search()
  }

  private submit(event: Event): void {
    event.preventDefault()
    void this.search().then(() => this.tell())
  }

  private clear(): void {
    this.form = emptyForm
    this.pageNumber = 0
    void this.search().then(() => this.tell())
  }

  private turn(by: number): void {
    this.pageNumber += by
    void this.search().then(() => this.querySelector<HTMLElement>("#found")?.focus())
  }

  private tell(): void {
    const { found } = this
    if (found === undefined) return
    const first = this.pageNumber * pageSize
    announce(this, words.found(found.total, first + 1, first + found.records.length))
  }

  private async load(): Promise<void> {
    const signal = this.present
    this.error = undefined
    try {
      await this.history.refresh({ signal })
      this.summary = await this.history.summary({ signal })
      this.isCatchingUp = true
      await this.search()
      const changed = await catchUp(this, { signal })
      this.isCatchingUp = false
      if (changed === 0) return
      this.summary = await this.history.summary({ signal })
      await this.search()
    } catch (error) {
      if (!signal.aborted) this.error = error
    } finally {
      this.isCatchingUp = false
    }
  }

  private async search(): Promise<void> {
    const signal = this.present
    remembered.set(this.history, { form: this.form, page: this.pageNumber })
    const query = queryOf(this.form, this.pageNumber)
    this.isBoxInvalid = query === undefined
    if (query === undefined) return
    const mine = ++this.latest
    try {
      const found = await this.history.search(query, { signal })
      // An answer to what was typed before is of no use any more.
      if (mine === this.latest && !signal.aborted) this.found = found
    } catch (error) {
      if (mine === this.latest && !signal.aborted) this.error = error
    }
  }

  private async export(format: HistoryFormat): Promise<void> {
    await this.act(async (signal) => {
      saveFile(await this.history.exported(format, { signal }), `darkslide-history.${format}`)
      announce(this, words.exported)
    })
  }

  private async import(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    if (file === undefined) return
    await this.act(async (signal) => {
      const count = await this.history.imported(file, { signal })
      announce(this, words.imported(count))
      this.summary = await this.history.summary({ signal })
      await this.search()
    })
    input.value = ""
  }

  private async act(action: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = this.present
    this.actionError = undefined
    try {
      await action(signal)
    } catch (error) {
      if (!signal.aborted) this.actionError = error
    }
  }
}

function emptyState(title: TemplateResult, text: string): TemplateResult {
  return html`<div class="empty">
    ${mark()} ${title}
    <p class="lead">${text}</p>
  </div>`
}
