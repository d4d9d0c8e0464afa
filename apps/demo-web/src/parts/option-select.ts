import { html, type TemplateResult } from "lit"

interface OptionSelect<Value extends string | number> {
  readonly id: string
  readonly label: string
  readonly value: Value
  readonly options: readonly (readonly [value: Value, text: string])[]
  readonly isDisabled?: boolean
  readonly choose: (value: Value) => void
}

/** A labelled choice of a few. */
export function optionSelect<Value extends string | number>(select: OptionSelect<Value>): TemplateResult {
  const { id, label, value, options, isDisabled = false } = select
  const choose = (event: Event): void => {
    const chosen = options[(event.currentTarget as HTMLSelectElement).selectedIndex]
    if (chosen) select.choose(chosen[0])
  }
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <div class="select">
      <select id=${id} ?disabled=${isDisabled} @change=${choose}>
        ${options.map(([each, text]) => html`<option value=${each} .selected=${each === value}>${text}</option>`)}
      </select>
      <wa-icon name="chevron-down"></wa-icon>
    </div>
  </div>`
}
