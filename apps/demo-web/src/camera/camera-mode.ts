import type { Camera, CameraInfo, PictureVerdict } from "@darkslide/capture"
import { LitElement, type PropertyValues } from "lit"
import { property } from "lit/decorators.js"
import type { LibraryService } from "../library/library-service.ts"
import type { CameraService } from "./camera-service.ts"
import type { CameraViewer, ViewerState } from "./viewer.ts"

declare global {
  interface HTMLElementEventMap {
    "darkslide-busy": CustomEvent<{ readonly isBusy: boolean }>
  }
}

/** One way to use the camera: what is over its picture, and beside it. Renders into the page itself. */
export abstract class CameraMode extends LitElement {
  @property({ attribute: false }) cameras!: CameraService
  @property({ attribute: false }) library!: LibraryService
  @property({ attribute: false }) viewer!: CameraViewer
  @property({ attribute: false }) viewing: ViewerState = { state: "opening" }
  @property({ attribute: false }) list: readonly CameraInfo[] = []
  @property({ attribute: false }) verdict: PictureVerdict = "ok"
  #present = new AbortController()
  #isBusy = false

  override connectedCallback(): void {
    if (this.#present.signal.aborted) this.#present = new AbortController()
    super.connectedCallback()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#present.abort()
  }

  /** Aborts when the mode leaves the page. */
  protected get present(): AbortSignal {
    return this.#present.signal
  }

  protected get camera(): Camera | undefined {
    return this.viewing.state === "live" ? this.viewing.camera : undefined
  }

  /** Of the picture that shows. */
  protected get shape(): { readonly width: number; readonly height: number } {
    return this.camera?.settings ?? { width: 4, height: 3 }
  }

  /** Whether another mode would throw something away. */
  protected abstract get isBusy(): boolean

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  /** Sets what the style sheet computes with, as a property: the page's policy forbids style attributes. */
  protected override updated(_changed: PropertyValues): void {
    const { width, height } = this.shape
    this.querySelector<HTMLElement>(".viewfinder")?.style.setProperty("--ratio", `${width} / ${height}`)
    if (this.#isBusy === this.isBusy) return
    this.#isBusy = this.isBusy
    this.dispatchEvent(new CustomEvent("darkslide-busy", { detail: { isBusy: this.isBusy }, bubbles: true }))
  }

  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete
    this.querySelector<HTMLElement>(selector)?.focus()
  }
}
