declare global {
  interface HTMLElementEventMap {
    "darkslide-navigate": CustomEvent<{ readonly path: string }>
    "darkslide-announce": CustomEvent<{ readonly text: string }>
  }
}

/** Asks the app to go to a path of its own. */
export function navigate(from: HTMLElement, path: string): void {
  from.dispatchEvent(new CustomEvent("darkslide-navigate", { detail: { path }, bubbles: true, composed: true }))
}

/** Has the app's one polite live region say `text`. */
export function announce(from: HTMLElement, text: string): void {
  from.dispatchEvent(new CustomEvent("darkslide-announce", { detail: { text }, bubbles: true, composed: true }))
}
