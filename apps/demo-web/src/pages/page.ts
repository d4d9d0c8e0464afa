import { PageElement } from "../page-element.ts"

/** What one address shows. */
export abstract class Page extends PageElement {
  /** Puts the focus on the heading, where a screen reader starts to read after a navigation. */
  async focusHeading(): Promise<void> {
    await this.updateComplete
    this.querySelector("h1")?.focus({ preventScroll: true })
  }
}
