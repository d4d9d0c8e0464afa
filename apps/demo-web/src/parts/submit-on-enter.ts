/**
 * Submits the form on Enter in a field. Browsers do so by themselves only for a native submit button, which
 * `<wa-button>` is not. Listen with it on the form's `keydown`.
 */
export function submitOnEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) return
  event.preventDefault()
  event.target.form?.requestSubmit()
}
