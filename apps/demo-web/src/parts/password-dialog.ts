import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { AccountStep } from "../account/account-service.ts"
import { PageElement } from "../page-element.ts"
import { strings } from "../strings.ts"
import { busyStep } from "./busy-step.ts"
import { errorNotice } from "./error-notice.ts"
import { submitOnEnter } from "./submit-on-enter.ts"

/** What a password is asked for. */
export type UsePassword = (
  password: string,
  options: { readonly signal: AbortSignal; readonly onStep: (step: AccountStep) => void },
) => Promise<void>

/** Asks for the password, uses it, and says what went wrong with it. Open it with `ask`. */
@customElement("darkslide-password-dialog")
export class PasswordDialog extends PageElement {
  @property() heading = ""
  @property() text = ""
  @property() button = ""
  /** Which account a password manager is to fill in. */
  @property() handle = ""
  @property({ attribute: false }) use!: UsePassword
  @state() private step: AccountStep | undefined
  @state() private error: unknown
  private asked: PromiseWithResolvers<boolean> | undefined

  /** @returns whether the password was given and used; false when the dialog was closed before. */
  async ask(): Promise<boolean> {
    this.asked ??= Promise.withResolvers<boolean>()
    if (this.dialog !== null) this.dialog.open = true
    return await this.asked.promise
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.end(false)
  }

  protected override render(): TemplateResult {
    return html`<wa-dialog label=${this.heading} @wa-after-hide=${this.forget}>
      <form class="stack" @submit=${this.submit} @keydown=${submitOnEnter} novalidate>
        <p>${this.text}</p>
        ${
          this.handle === ""
            ? nothing
            : html`<input name="username" autocomplete="username" .value=${this.handle} readonly hidden />`
        }
        <div class="field">
          <label for="asked-password">${strings.fields.password}</label>
          <input
            id="asked-password"
            name="password"
            type="password"
            autocomplete="current-password"
            autofocus
            required
          />
        </div>
        ${this.error === undefined ? nothing : errorNotice(this.error)} ${busyStep(this.step)}
      </form>
      <wa-button slot="footer" appearance="outlined" data-dialog="close">${strings.cancel}</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${this.step !== undefined}
        @click=${() => this.querySelector("form")?.requestSubmit()}
      >
        ${this.button}
      </wa-button>
    </wa-dialog>`
  }

  private get dialog(): WaDialog | null {
    return this.querySelector("wa-dialog")
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.step !== undefined) return
    const password = String(new FormData(event.currentTarget as HTMLFormElement).get("password"))
    const signal = this.present
    this.step = "asking"
    this.error = undefined
    try {
      await this.use(password, { signal, onStep: (step) => (this.step = step) })
      this.end(true)
      if (this.dialog !== null) this.dialog.open = false
    } catch (error) {
      if (!signal.aborted) this.error = error
    } finally {
      this.step = undefined
    }
  }

  private forget(event: Event): void {
    if (event.target !== this.dialog) return
    this.querySelector("form")?.reset()
    this.error = undefined
    this.end(false)
  }

  private end(isUsed: boolean): void {
    this.asked?.resolve(isUsed)
    this.asked = undefined
  }
}
