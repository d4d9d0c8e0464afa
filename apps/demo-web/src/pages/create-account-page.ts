import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import type { AccountService, AccountStep } from "../account/account-service.ts"
import { busyStep } from "../parts/busy-step.ts"
import { door } from "../parts/door.ts"
import { errorNotice } from "../parts/error-notice.ts"
import { minPasswordLength, passwordStrength } from "../parts/password-strength.ts"
import { submitOnEnter } from "../parts/submit-on-enter.ts"
import { strings } from "../strings.ts"
import { Page } from "./page.ts"

const fieldNames = ["handle", "password", "repeat"] as const
type FieldName = (typeof fieldNames)[number]
type Fields = Readonly<Record<FieldName, string>>

@customElement("darkslide-create-account")
export class CreateAccountPage extends Page {
  @property({ attribute: false }) account!: AccountService
  @state() private fields: Fields = { handle: "", password: "", repeat: "" }
  @state() private problems: Partial<Record<FieldName, string>> = {}
  @state() private step: AccountStep | undefined
  @state() private error: unknown

  protected override render(): TemplateResult {
    const words = strings.createAccount
    return door(html`
      <h1 tabindex="-1">${words.heading}</h1>
      <form @submit=${this.submit} @keydown=${submitOnEnter} @input=${this.readFields} novalidate>
        <div class="field">
          <label for="handle">${strings.fields.handle}</label>
          <input
            id="handle"
            name="handle"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            required
            aria-describedby="handle-words"
            aria-invalid=${this.problems.handle === undefined ? "false" : "true"}
          />
          ${this.fieldWords("handle", words.handleHelp)}
        </div>
        <div class="field">
          <label for="password">${strings.fields.password}</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            minlength=${minPasswordLength}
            required
            aria-describedby="password-words"
            aria-invalid=${this.problems.password === undefined ? "false" : "true"}
          />
          ${passwordStrength(this.fields.password, this.fields.handle)}
          ${this.fieldWords("password", words.passwordHelp)}
        </div>
        <div class="field">
          <label for="repeat">${strings.fields.repeat}</label>
          <input
            id="repeat"
            name="repeat"
            type="password"
            autocomplete="new-password"
            required
            aria-describedby="repeat-words"
            aria-invalid=${this.problems.repeat === undefined ? "false" : "true"}
          />
          ${this.fieldWords("repeat", "")}
        </div>
        <div class="notice warm">
          <wa-icon name="key"></wa-icon>
          <div class="small"><strong>${words.warningTitle}</strong> ${words.warning}</div>
        </div>
        ${this.error === undefined ? nothing : errorNotice(this.error)}
        <div class="form-actions">
          <wa-button type="submit" variant="brand" ?loading=${this.step !== undefined}>${words.button}</wa-button>
        </div>
        ${busyStep(this.step)}
      </form>
      <p class="switch">${words.haveAccount} <a href="/sign-in">${words.signInLink}</a></p>
    `)
  }

  private fieldWords(field: FieldName, help: string): TemplateResult {
    const problem = this.problems[field]
    return html`<div id="${field}-words" aria-live="polite">
      ${problem === undefined ? nothing : html`<p class="problem">${problem}</p>`}
      ${problem === undefined && help !== "" ? html`<p class="help">${help}</p>` : nothing}
    </div>`
  }

  private readFields(event: Event): void {
    const form = new FormData(event.currentTarget as HTMLFormElement)
    this.fields = {
      handle: String(form.get("handle")).trim(),
      password: String(form.get("password")),
      repeat: String(form.get("repeat")),
    }
    const still = this.findProblems()
    this.problems = Object.fromEntries(fieldNames.flatMap((name) => keepOnly(name, this.problems[name], still[name])))
  }

  private findProblems(): Partial<Record<FieldName, string>> {
    const { handle, password, repeat } = this.fields
    const words = strings.createAccount
    return {
      ...(/^[\p{L}\p{N}._-]{3,64}$/u.test(handle) ? {} : { handle: words.handleInvalid }),
      ...([...password].length < minPasswordLength ? { password: words.tooShort } : {}),
      ...(password === repeat ? {} : { repeat: words.noMatch }),
    }
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.step !== undefined) return
    this.problems = this.findProblems()
    const wrong = fieldNames.find((name) => this.problems[name] !== undefined)
    if (wrong !== undefined) {
      this.querySelector<HTMLInputElement>(`#${wrong}`)?.focus()
      return
    }
    this.step = "asking"
    this.error = undefined
    try {
      const { handle, password } = this.fields
      await this.account.createAccount({ handle, password }, { onStep: (step) => (this.step = step) })
    } catch (error) {
      if (this.present.aborted) return
      this.error = error
    } finally {
      this.step = undefined
    }
  }
}

/** A problem once shown goes away as soon as it is solved; a new one waits for the next submit. */
function keepOnly(name: FieldName, shown: string | undefined, still: string | undefined): [FieldName, string][] {
  return shown !== undefined && still !== undefined ? [[name, still]] : []
}
