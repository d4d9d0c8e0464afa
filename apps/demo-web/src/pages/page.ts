import { LitElement } from "lit"

/**
 * A page. It renders into the document itself rather than a shadow root, so that one style sheet serves the app and
 * password managers see plain forms.
 */
export abstract class Page extends LitElement {
  #present = new AbortController()

  /** Aborts when the page leaves the document. */
  protected get present(): AbortSignal {
    return this.#present.signal
  }

  override connectedCallback(): void {
    if (this.#present.signal.aborted) this.#present = new AbortController()
    super.connectedCallback()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#present.abort()
  }

  /** Puts the focus on the heading, where a screen reader starts to read after a navigation. */
  async focusHeading(): Promise<void> {
    await this.updateComplete
    this.querySelector("h1")?.focus({ preventScroll: true })
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
