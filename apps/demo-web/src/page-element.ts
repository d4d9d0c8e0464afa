import { LitElement } from "lit"

/**
 * A part of the page. It renders into the document itself rather than a shadow root, so that one style sheet serves the
 * app and password managers see plain forms.
 */
export abstract class PageElement extends LitElement {
  #present = new AbortController()

  /** Aborts when the element leaves the document. */
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

  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
